using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// An event that may be run in several places: whoever commits first ends it, and the commits of
/// the others do nothing, since its record is gone.
/// </summary>
/// <param name="Function">UTF-8 name of the function.</param>
/// <param name="State">The state of its record.</param>
/// <param name="Position">Where its record stands in its home partition.</param>
internal sealed record EventClaim(
    ReadOnlyMemory<byte> Function,
    EventState State,
    EventPosition Position
)
{
    /// <summary>Makes a commit depend on the event's record.</summary>
    public void AppendTo(Commit commit) => commit.RequireEvent(Function.Span, State, Position);

    /// <summary>Ends the event in a commit.</summary>
    public void Complete(Commit commit) => commit.Complete(Function.Span, State, Position);
}
