using System.Text;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>Whose commits are applied: names revisions and recognises events for itself.</summary>
internal sealed class PartitionIdentity(PartitionId id, uint incarnation)
{
    private readonly byte[] _app = Encoding.UTF8.GetBytes(id.App);

    /// <summary>The partition.</summary>
    public PartitionId Id { get; } = id;

    /// <summary>Life of the data.</summary>
    public uint Incarnation { get; } = incarnation;

    /// <summary>The public form of a revision number.</summary>
    public Revision At(ulong number) => new(Incarnation, Id.Number, number);

    /// <summary>Whether this is the named partition.</summary>
    public bool Is(ReadOnlySpan<byte> app, int number) =>
        number == Id.Number && app.SequenceEqual(_app);
}
