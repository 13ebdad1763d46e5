using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Waverless.Kv;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Writes the parts of messages.</summary>
internal readonly struct MembershipWriter()
{
    private readonly ArrayBufferWriter<byte> _to = new(256);

    public byte[] ToArray() => _to.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _to.GetSpan(1)[0] = value;
        _to.Advance(1);
    }

    public void Number(ulong value) =>
        _to.Advance(Leb128.Write(_to.GetSpan(Leb128.BytesMax), value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((ulong)bytes.Length);
        _to.Write(bytes);
    }

    public void Text(string text)
    {
        Span<byte> bytes = stackalloc byte[MemberProfile.TextBytesMax];
        Bytes(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    public void Address(NodeAddress address)
    {
        Number(address.Id.Value);
        Text(address.Host);
        Number((ulong)address.Port);
    }

    public void Record(MemberRecord record)
    {
        var profile = record.Profile;
        Address(profile.Address);
        Number(record.Boot);
        Number(record.Incarnation);
        Byte((byte)record.Health);
        Number(record.By.Value);
        Byte((byte)profile.Roles);
        Byte(profile.IsLeaving ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteDoubleLittleEndian(_to.GetSpan(sizeof(double)), profile.Weight);
        _to.Advance(sizeof(double));
        Text(profile.HttpAddress ?? "");
        Byte((byte)profile.Tags.Length);
        foreach (var tag in profile.Tags)
        {
            Text(tag);
        }
    }

    public void Load(NodeId node, LoadReport load)
    {
        Number(node.Value);
        Number(load.Boot);
        Number(load.Counter);
        Bytes(load.Body.Span);
    }
}
