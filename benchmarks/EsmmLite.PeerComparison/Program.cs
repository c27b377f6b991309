// Golden files of the engine's tests, and the comparison of speed:
//
//     dotnet run -c Release --project benchmarks/EsmmLite.PeerComparison -- goldens tests/golden
//     dotnet run -c Release --project benchmarks/EsmmLite.PeerComparison -- speed
//
// See README.md beside this file for what TorchSharp needs to load.
using EsmmLite.PeerComparison.Goldens;
using EsmmLite.PeerComparison.Speed;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Parity;

switch (args)
{
    case ["goldens", string folder]:
        return GoldenCommand.Run(folder, Console.Out) ? 0 : 1;
    case ["speed", .. string[] rest]:
        return SpeedCommand.Run(rest);

    // What "speed" starts as processes of their own.
    case ["measure", .. string[] rest]:
        return MeasureCommand.Run(rest);
    case ["parity"]:
        return ParityCommand.Run(Console.Out) ? 0 : 1;
    default:
        Console.Error.WriteLine("usage: goldens <folder>");
        Console.Error.WriteLine("       " + SpeedOptions.Usage);
        return 2;
}
