using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClusterSample;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage =
        "usage: Cluster [--check] [--workers 1..20] [--transport automatic|quic|tcp]";

    public bool Check { get; private set; }

    public int Workers { get; private set; } = 3;

    public string Transport { get; private set; } = "automatic";

    /// <summary>Which node this process is; null: it starts the others.</summary>
    public uint? Node { get; private set; }

    public string File { get; private set; } = "";

    public string Data { get; private set; } = "";

    /// <summary>Where all nodes put the mails of Orders.</summary>
    public string Mails => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Data))!, "mails");

    public static bool TryParse(
        string[] args,
        out Arguments arguments,
        [NotNullWhen(false)] out string? complaint
    )
    {
        arguments = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--check")
            {
                arguments.Check = true;
            }
            else if (!arguments.TryTake(args[i], value))
            {
                complaint = $"'{args[i]} {value}' is not understood.";
                return false;
            }
            else
            {
                i++;
            }
        }

        complaint = null;
        return true;
    }

    private bool TryTake(string option, string value)
    {
        switch (option)
        {
            case "--workers":
                Workers = Number(value);
                return Workers is >= 1 and <= 20;
            case "--transport":
                Transport = value;
                return value is "automatic" or "quic" or "tcp";
            case "--node":
                Node = (uint)Number(value);
                return Node > 0;
            case "--file":
                File = value;
                return value.Length > 0;
            case "--data":
                Data = value;
                return value.Length > 0;
            default:
                return false;
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
