using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Scheduling.Characters;

namespace Waverless.Cluster.Loads;

/// <summary>The bytes of a load report; what functions did follows them.</summary>
/// <remarks>
/// Version (1), flags (1: draining), slots, active, queued (LEB128 each), backlog in ms (4, IEEE
/// 754), CPU and memory in 255ths (1 each), number of warm apps (1), and of each the upper half of
/// its hash (4) and its instances (1).
/// </remarks>
internal static class LoadCodec
{
    private const byte Version = 1;
    private const byte Draining = 1;
    private const int CountMax = 1_000_000;

    /// <returns>Bytes written; the bounds leave room for all.</returns>
    public static int Write(NodeLoad load, Span<byte> room)
    {
        var writer = new ByteWriter(room);
        var fits =
            writer.TryByte(Version)
            && writer.TryByte(load.IsDraining ? Draining : (byte)0)
            && writer.TryNumber((ulong)load.Slots)
            && writer.TryNumber((ulong)load.Active)
            && writer.TryNumber((ulong)load.Queued)
            && writer.TrySingle(load.BacklogMs)
            && writer.TryByte(Share(load.Usage.Cpu))
            && writer.TryByte(Share(load.Usage.Memory))
            && TryWarm(ref writer, load.Warm);
        return fits ? writer.Position : 0;
    }

    /// <summary>Reads a load, and leaves what follows it; false: it is none.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out NodeLoad load)
    {
        load = new NodeLoad();
        if (from.Length < 2 || from[0] != Version)
        {
            return false;
        }

        var flags = from[1];
        from = from[2..];
        if (
            !TryCount(ref from, out var slots)
            || !TryCount(ref from, out var active)
            || !TryCount(ref from, out var queued)
            || from.Length < sizeof(float) + 2
        )
        {
            return false;
        }

        var backlog = BinaryPrimitives.ReadSingleLittleEndian(from);
        var usage = new NodeUsage(from[sizeof(float)] / 255f, from[sizeof(float) + 1] / 255f);
        from = from[(sizeof(float) + 2)..];
        if (!float.IsFinite(backlog) || backlog < 0 || slots == 0)
        {
            return false;
        }

        if (!TryWarm(ref from, out var warm))
        {
            return false;
        }

        load = new NodeLoad
        {
            Slots = slots,
            Active = active,
            Queued = queued,
            BacklogMs = backlog,
            Usage = usage,
            IsDraining = (flags & Draining) != 0,
            Warm = warm,
        };
        return true;
    }

    private static byte Share(float share) => (byte)(Math.Clamp(share, 0, 1) * 255);

    private static bool TryWarm(ref ByteWriter writer, WarmApps warm)
    {
        var apps = warm.Most(LoadLimits.WarmAppsMax);
        if (!writer.TryByte((byte)apps.Length))
        {
            return false;
        }

        foreach (var (hash, instances) in apps)
        {
            for (var shift = 32; shift < 64; shift += 8)
            {
                if (!writer.TryByte((byte)(hash >> shift)))
                {
                    return false;
                }
            }

            if (!writer.TryByte((byte)Math.Min(instances, byte.MaxValue)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryWarm(ref ReadOnlySpan<byte> from, out WarmApps warm)
    {
        const int Bytes = sizeof(uint) + 1;
        warm = WarmApps.None;
        if (from.IsEmpty || from.Length - 1 < from[0] * Bytes)
        {
            return false;
        }

        var apps = new (ulong Hash, int Instances)[from[0]];
        from = from[1..];
        for (var i = 0; i < apps.Length; i++)
        {
            var upper = BinaryPrimitives.ReadUInt32LittleEndian(from);
            apps[i] = ((ulong)upper << 32, from[sizeof(uint)]);
            from = from[Bytes..];
        }

        warm = WarmApps.OfHashes(apps);
        return true;
    }

    private static bool TryCount(ref ReadOnlySpan<byte> from, out int count)
    {
        var read = Leb128.TryRead(ref from, out var value);
        count = (int)Math.Min(value, CountMax);
        return read;
    }
}
