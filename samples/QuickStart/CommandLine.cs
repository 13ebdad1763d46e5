using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QuickStart;

/// <summary>Reads the options; what it does not know, it names.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Usage: dotnet run -c Release --project samples/QuickStart [-- OPTIONS]
          --urls URLS    where to listen (default http://127.0.0.1:5000; port 0: any free port)
          --data DIR     where data is kept (default: below your local application data)
          --words MIB    size of the text file made at the first start, 1 to 1024 (default 8)
          --check        start on a free port with a temporary folder, try everything, exit 0 or 1
          --help         print this
        """;

    private const int WordsMibMax = 1024;

    public static bool TryParse(
        string[] args,
        [NotNullWhen(true)] out QuickStartSettings? settings,
        [NotNullWhen(false)] out string? complaint
    )
    {
        settings = new QuickStartSettings { DataFolder = "" };
        complaint = null;
        var rest = new Queue<string>(args);
        while (complaint is null && rest.TryDequeue(out var arg))
        {
            var (name, value) = Split(arg);
            complaint = name switch
            {
                "--check" or "--help" or "-h" when value is not null =>
                    $"{name} takes no value, but '{value}' was given.",
                "--check" => Take(ref settings, settings with { Check = true }),
                "--help" or "-h" => Take(ref settings, settings with { ShowHelp = true }),
                "--urls" or "--data" or "--words" => ReadValue(
                    ref settings,
                    name,
                    value ?? rest.GetValueOrNull()
                ),
                _ => $"'{arg}' is not an option.",
            };
        }

        complaint ??= settings.DataFolder.Length == 0 ? UseDefaultFolder(ref settings) : null;
        return complaint is null;
    }

    private static string? ReadValue(ref QuickStartSettings settings, string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return $"{name} needs a value.";
        }

        return name switch
        {
            "--urls" => ListenUrls.Refuse(value)
                ?? Take(ref settings, settings with { Urls = value }),
            "--data" => Take(ref settings, settings with { DataFolder = Path.GetFullPath(value) }),
            _ => ReadWords(ref settings, value),
        };
    }

    private static string? ReadWords(ref QuickStartSettings settings, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mib)
        && mib is >= 1 and <= WordsMibMax
            ? Take(ref settings, settings with { WordsMib = mib })
            : $"--words is '{value}'; expected MiB, a whole number from 1 to {WordsMibMax}.";

    private static string? UseDefaultFolder(ref QuickStartSettings settings)
    {
        var local = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        var folder = Path.Combine(local, "waverless", "quickstart");
        return local.Length == 0
            ? "This account has no folder for application data; say where with --data DIR."
            : Take(ref settings, settings with { DataFolder = folder });
    }

    private static (string Name, string? Value) Split(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (arg, null) : (arg[..equals], arg[(equals + 1)..]);
    }

    private static string? Take(ref QuickStartSettings settings, QuickStartSettings changed)
    {
        settings = changed;
        return null;
    }

    // What begins with two dashes is the next option, not the value of this one.
    private static string? GetValueOrNull(this Queue<string> rest) =>
        rest.TryPeek(out var next) && !next.StartsWith("--", StringComparison.Ordinal)
            ? rest.Dequeue()
            : null;
}
