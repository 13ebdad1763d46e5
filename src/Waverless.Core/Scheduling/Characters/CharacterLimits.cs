namespace Waverless.Scheduling.Characters;

/// <summary>Bounds of what a node learns of functions.</summary>
internal static class CharacterLimits
{
    /// <summary>Functions, and apps as a whole, that are told apart; further ones are unknown.</summary>
    public const int FunctionsMax = 1024;

    /// <summary>Bytes of what functions did in one load report.</summary>
    public const int ReportBytesMax = 640;

    /// <summary>The same in a large cluster, where many report and each tells less.</summary>
    public const int ReportBytesMin = 160;

    /// <summary>Values of one bucket in one report; more is taken for that many.</summary>
    public const uint CountMax = 1_000_000;

    /// <summary>After so many seconds what was seen counts half.</summary>
    public const int HalfLifeSeconds = 30;

    /// <summary>Seconds after which a function that nobody saw run is forgotten.</summary>
    public const int ForgetSeconds = 600;
}
