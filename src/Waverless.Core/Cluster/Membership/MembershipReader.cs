using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Waverless.Kv;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Reads the parts of messages; false: what is there is no such part.</summary>
internal ref struct MembershipReader(ReadOnlySpan<byte> bytes)
{
    private const int PortMax = 65_535;

    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public bool TryByte(out byte value)
    {
        value = 0;
        if (_left.IsEmpty)
        {
            return false;
        }

        value = _left[0];
        _left = _left[1..];
        return true;
    }

    public bool TryNumber(out ulong value) => Leb128.TryRead(ref _left, out value);

    /// <summary>How many parts follow, each of which has one byte at least.</summary>
    public bool TryCount(out int count)
    {
        count = 0;
        if (!TryNumber(out var value) || value > (ulong)_left.Length)
        {
            return false;
        }

        count = (int)value;
        return true;
    }

    public bool TryAddress([NotNullWhen(true)] out NodeAddress? address)
    {
        address = null;
        if (
            !TryNode(out var id)
            || !TryText(out var host)
            || host.Length == 0
            || !TryNumber(out var port)
            || port is 0 or > PortMax
        )
        {
            return false;
        }

        address = new NodeAddress(id, host, (int)port);
        return true;
    }

    public bool TryRecord([NotNullWhen(true)] out MemberRecord? record)
    {
        record = null;
        if (
            !TryAddress(out var address)
            || !TryNumber(out var boot)
            || !TryNumber(out var incarnation)
            || !TryByte(out var health)
            || health > (byte)MemberHealth.Left
            || !TryNumber(out var by)
            || by > uint.MaxValue
            || !TryProfile(address, out var profile)
        )
        {
            return false;
        }

        record = new MemberRecord(
            boot,
            incarnation,
            (MemberHealth)health,
            profile,
            new NodeId((uint)by)
        );
        return true;
    }

    public bool TryLoad(out NodeId node, [NotNullWhen(true)] out LoadReport? load)
    {
        load = null;
        if (
            !TryNode(out node)
            || !TryNumber(out var boot)
            || !TryNumber(out var counter)
            || !Leb128.TryReadBytes(ref _left, out var body)
            || body.Length > LoadReport.BytesMax
        )
        {
            return false;
        }

        load = new LoadReport(boot, counter, body.ToArray());
        return true;
    }

    private bool TryProfile(NodeAddress address, [NotNullWhen(true)] out MemberProfile? profile)
    {
        profile = null;
        if (
            !TryByte(out var roles)
            || roles > (byte)NodeRoles.All
            || !TryByte(out var leaving)
            || leaving > 1
            || !TryWeight(out var weight)
            || !TryText(out var http)
            || !TryTags(out var tags)
        )
        {
            return false;
        }

        profile = new MemberProfile(address, (NodeRoles)roles)
        {
            Weight = weight,
            Tags = tags,
            HttpAddress = http.Length == 0 ? null : http,
            IsLeaving = leaving == 1,
        };
        return true;
    }

    private bool TryTags(out ImmutableArray<string> tags)
    {
        tags = [];
        if (!TryByte(out var count) || count > MemberProfile.TagsMax)
        {
            return false;
        }

        if (count == 0)
        {
            return true;
        }

        var read = ImmutableArray.CreateBuilder<string>(count);
        for (var i = 0; i < count; i++)
        {
            if (!TryText(out var tag))
            {
                return false;
            }

            read.Add(tag);
        }

        tags = read.MoveToImmutable();
        return true;
    }

    private bool TryNode(out NodeId node)
    {
        node = default;
        if (!TryNumber(out var value) || value is 0 or > uint.MaxValue)
        {
            return false;
        }

        node = new NodeId((uint)value);
        return true;
    }

    private bool TryWeight(out double weight)
    {
        weight = 0;
        if (_left.Length < sizeof(double))
        {
            return false;
        }

        weight = BinaryPrimitives.ReadDoubleLittleEndian(_left);
        _left = _left[sizeof(double)..];
        return double.IsFinite(weight) && weight > 0;
    }

    private bool TryText([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (
            !Leb128.TryReadBytes(ref _left, out var bytes)
            || bytes.Length > MemberProfile.TextBytesMax
            || !Utf8.IsValid(bytes)
        )
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }
}
