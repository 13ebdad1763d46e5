using System.Text;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// A scan as a function asks for it: of its own keys in its home partition, or, with
/// <c>@other-app/</c> in front, of another app's keys, which come back named in the same way.
/// </summary>
internal readonly struct QualifiedScan
{
    private readonly byte[] _prefix;

    public QualifiedScan(FrontDoor door, PartitionId home, KvRange asked)
    {
        if (!QualifiedKey.TrySplit(asked.From.Span, out var app, out var from) || app.IsEmpty)
        {
            _prefix = [];
            Partition = home;
            Range = asked;
            return;
        }

        _prefix = asked.From.Span[..(app.Length + 2)].ToArray();

        // An end outside the other app's keys lies behind all of them.
        var to = asked.To.Span.StartsWith(_prefix) ? asked.To.Utf8[_prefix.Length..] : default;
        var key = new KvKey(asked.From.Utf8[_prefix.Length..]);
        Partition = door.PartitionOf(Encoding.ASCII.GetString(app), from);
        Range = new KvRange(key, new KvKey(to), asked.Limit);
    }

    /// <summary>Where the keys live.</summary>
    public PartitionId Partition { get; }

    /// <summary>The range in that partition.</summary>
    public KvRange Range { get; }

    /// <summary>Names the keys of a page as the function does.</summary>
    public KvPage Qualify(KvPage page)
    {
        if (_prefix.Length == 0)
        {
            return page;
        }

        var prefix = _prefix;
        return new KvPage(
            [.. page.Entries.Select(entry => entry with { Key = Qualify(prefix, entry.Key) })],
            page.Next is { } next ? Qualify(prefix, next) : default(KvKey?)
        );
    }

    private static KvKey Qualify(byte[] prefix, KvKey key) => new((byte[])[.. prefix, .. key.Span]);
}
