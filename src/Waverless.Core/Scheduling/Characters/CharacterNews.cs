using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Scheduling.Characters;

/// <summary>
/// What nodes tell each other of functions: how often they saw which values since they told last.
/// What is lost costs samples and nothing else, and nobody has to keep what came from whom.
/// </summary>
/// <remarks>
/// One after the other: the function's hash (8), its app's (8), the measure (1), for an edge the
/// target's hash (8) and its app's (8), how many buckets (1), and of each its distance from the one
/// before (1) and its count (LEB128). Functions take turns where there is no room for all.
/// </remarks>
internal sealed class CharacterNews
{
    private ulong _turn;

    /// <summary>Writes as much as there is room for.</summary>
    public int Write(CharacterTable table, Span<byte> room)
    {
        var writer = new ByteWriter(room);
        var profiles = table
            .Profiles.Where(HasNews)
            .OrderBy(profile => profile.Hash - _turn)
            .ToList();
        foreach (var profile in profiles)
        {
            var before = writer.Position;
            if (!TryWrite(ref writer, profile))
            {
                if (before == 0 && writer.Position == 0)
                {
                    // Too wide for so little room: the others must not wait for it.
                    continue;
                }

                // Begins with this one the next time.
                _turn = profile.Hash;
                return writer.Position;
            }
        }

        return writer.Position;
    }

    /// <summary>Reads what was written; false: it was not. Without a table it only looks.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, CharacterTable? into)
    {
        while (!from.IsEmpty)
        {
            if (
                !TryHash(ref from, out var hash)
                || !TryHash(ref from, out var app)
                || !TryByte(ref from, out var measure)
                || measure > (byte)Measure.Edge
            )
            {
                return false;
            }

            var profile = into?.Of(hash, app);
            if (profile is not null)
            {
                into!.Seen(profile);
            }

            Histogram? histogram;
            if (measure == (byte)Measure.Edge)
            {
                if (!TryHash(ref from, out var target) || !TryHash(ref from, out var targetApp))
                {
                    return false;
                }

                histogram = profile?.Edge(target, targetApp)?.Delay.All;
            }
            else
            {
                histogram = profile?[(Measure)measure].All;
            }

            if (!TryCounts(ref from, histogram))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasNews(FunctionProfile profile)
    {
        for (var i = 0; i < FunctionProfile.Measures; i++)
        {
            if (profile[(Measure)i].Tally is { HasNews: true })
            {
                return true;
            }
        }

        foreach (var edge in profile.Edges)
        {
            if (edge.Delay.Tally is { HasNews: true })
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryWrite(ref ByteWriter writer, FunctionProfile profile)
    {
        for (var i = 0; i < FunctionProfile.Measures; i++)
        {
            if (!TryWrite(ref writer, profile, (Measure)i, null, profile[(Measure)i].Tally))
            {
                return false;
            }
        }

        foreach (var edge in profile.Edges)
        {
            if (!TryWrite(ref writer, profile, Measure.Edge, edge, edge.Delay.Tally))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryWrite(
        ref ByteWriter writer,
        FunctionProfile profile,
        Measure measure,
        Edge? edge,
        Tally? tally
    )
    {
        if (tally is not { HasNews: true })
        {
            return true;
        }

        var start = writer.Position;
        var fits =
            writer.TryHash(profile.Hash)
            && writer.TryHash(profile.App)
            && writer.TryByte((byte)measure)
            && (edge is null || (writer.TryHash(edge.Target) && writer.TryHash(edge.App)))
            && tally.TryTell(ref writer);
        writer.Position = fits ? writer.Position : start;
        return fits;
    }

    private static bool TryCounts(ref ReadOnlySpan<byte> from, Histogram? into)
    {
        if (!TryByte(ref from, out var count))
        {
            return false;
        }

        var bucket = 0;
        for (var i = 0; i < count; i++)
        {
            if (
                !TryByte(ref from, out var distance)
                || !Leb128.TryRead(ref from, out var values)
                || (bucket += distance) >= LogBuckets.Count
            )
            {
                return false;
            }

            into?.Add(bucket, Math.Min(values, CharacterLimits.CountMax));
        }

        return true;
    }

    private static bool TryByte(ref ReadOnlySpan<byte> from, out byte value)
    {
        value = from.IsEmpty ? (byte)0 : from[0];
        if (from.IsEmpty)
        {
            return false;
        }

        from = from[1..];
        return true;
    }

    private static bool TryHash(ref ReadOnlySpan<byte> from, out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(from, out value))
        {
            return false;
        }

        from = from[sizeof(ulong)..];
        return true;
    }
}
