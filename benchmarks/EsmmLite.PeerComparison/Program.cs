// Writes the golden files of the engine's tests:
//
//     dotnet run -c Release --project benchmarks/EsmmLite.PeerComparison -- goldens tests/golden
//
// See README.md beside this file for what TorchSharp needs to load.
using EsmmLite.PeerComparison.Goldens;

if (args is not ["goldens", string folder])
{
    Console.Error.WriteLine("usage: goldens <folder>");
    return 2;
}

return GoldenCommand.Run(folder, Console.Out) ? 0 : 1;
