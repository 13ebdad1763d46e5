namespace QuickStart;

/// <summary>What the command line asked for.</summary>
internal sealed record QuickStartSettings
{
    /// <summary>Where to listen, separated by semicolons.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5000";

    /// <summary>Where data is kept; an absolute path.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Size of the generated text file, in MiB.</summary>
    public int WordsMib { get; init; } = 8;

    public bool Check { get; init; }

    public bool ShowHelp { get; init; }

    /// <summary>The apps that are hosted; they stand beside the program.</summary>
    public static string AppsFolder => Path.Combine(AppContext.BaseDirectory, "apps");

    /// <summary>The file that a GET of word_count/split_file counts.</summary>
    public string WordsFile => Path.Combine(DataFolder, "files", "word_count", "random_words.txt");
}
