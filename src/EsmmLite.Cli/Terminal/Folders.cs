namespace EsmmLite.Cli.Terminal;

/// <summary>Folders to write into.</summary>
internal static class Folders
{
    /// <summary>Makes a folder unless it is there.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="folder">The folder.</param>
    public static string Create(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the folder can't be created (" + e.Message.TrimEnd('.') + ")", option + " " + folder, innerException: e);
        }
    }
}
