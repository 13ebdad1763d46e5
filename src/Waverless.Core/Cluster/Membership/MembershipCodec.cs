using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>
/// Bytes of <see cref="MembershipMessage"/>: version (1), sequence, boot, subject, sender, news,
/// loads. Numbers are LEB128, texts have their length in front.
/// </summary>
internal static class MembershipCodec
{
    public const byte Version = 1;

    public static byte[] Encode(MembershipMessage message)
    {
        var writer = new MembershipWriter();
        writer.Byte(Version);
        writer.Number(message.Sequence);
        writer.Number(message.Boot);
        writer.Byte(message.Subject is null ? (byte)0 : (byte)1);
        if (message.Subject is { } subject)
        {
            writer.Address(subject);
        }

        writer.Record(message.From);
        writer.Number((ulong)message.News.Count);
        foreach (var record in message.News)
        {
            writer.Record(record);
        }

        writer.Number((ulong)message.Loads.Count);
        foreach (var (node, load) in message.Loads)
        {
            writer.Load(node, load);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a message; null: it is none, and why.</summary>
    public static MembershipMessage? TryDecode(ReadOnlySpan<byte> bytes, out string? why)
    {
        why = null;
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            why = bytes.IsEmpty ? "an empty message" : $"version {bytes[0]}";
            return null;
        }

        var reader = new MembershipReader(bytes[1..]);
        var message = Read(ref reader);
        if (message is null || !reader.IsAtEnd)
        {
            why = message is null ? "an unreadable message" : "bytes after the message";
            return null;
        }

        return message;
    }

    /// <summary>Bytes of a record on the wire, about; never too few.</summary>
    public static int BytesOf(MemberRecord record)
    {
        var profile = record.Profile;
        var texts = profile.Address.Host.Length + (profile.HttpAddress?.Length ?? 0);
        foreach (var tag in profile.Tags)
        {
            texts += tag.Length + 2;
        }

        return 48 + texts;
    }

    public static int BytesOf(LoadReport load) => 32 + load.Body.Length;

    private static MembershipMessage? Read(ref MembershipReader reader)
    {
        NodeAddress? subject = null;
        if (
            !reader.TryNumber(out var sequence)
            || !reader.TryNumber(out var boot)
            || !reader.TryByte(out var hasSubject)
            || hasSubject > 1
            || (hasSubject == 1 && !reader.TryAddress(out subject))
            || !reader.TryRecord(out var from)
            || from.Health is not (MemberHealth.Alive or MemberHealth.Left)
            || !TryNews(ref reader, out var news)
            || !TryLoads(ref reader, out var loads)
        )
        {
            return null;
        }

        return new MembershipMessage(from)
        {
            Sequence = sequence,
            Boot = boot,
            Subject = subject,
            News = news,
            Loads = loads,
        };
    }

    private static bool TryNews(ref MembershipReader reader, out MemberRecord[] news)
    {
        news = [];
        if (!reader.TryCount(out var count))
        {
            return false;
        }

        news = new MemberRecord[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryRecord(out var record))
            {
                return false;
            }

            news[i] = record;
        }

        return true;
    }

    private static bool TryLoads(
        ref MembershipReader reader,
        out KeyValuePair<NodeId, LoadReport>[] loads
    )
    {
        loads = [];
        if (!reader.TryCount(out var count))
        {
            return false;
        }

        loads = new KeyValuePair<NodeId, LoadReport>[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryLoad(out var node, out var load))
            {
                return false;
            }

            loads[i] = new(node, load);
        }

        return true;
    }
}
