namespace Waverless.Cluster.Calls;

/// <summary>Bounds of calls between nodes.</summary>
internal static class CallLimits
{
    /// <summary>How often a call may be handed on; maps that disagree would else send it round.</summary>
    public const int HopsMax = 4;

    /// <summary>
    /// Invocations of an app that run at a home until further events may go to other nodes.
    /// </summary>
    public const int BusyAt = 16;

    /// <summary>Nodes that an event is handed to, one after the other; then it waits.</summary>
    public const int EventNodesMax = 3;

    /// <summary>Payloads up to here go in one message; longer ones are streamed.</summary>
    public const int MessageBytesMax = 64 * 1024;

    /// <summary>Longest answer that is read into memory here.</summary>
    public const long AnswerBytesMax = 64 * 1024 * 1024;

    /// <summary>How much longer than the function an answer may take to get here.</summary>
    public static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(2);
}
