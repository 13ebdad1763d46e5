using System.Buffers.Binary;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// The only way to change a partition: conditions, mutations, events and completions that take
/// effect together or not at all. It is its own encoding (version 1): the bytes in
/// <see cref="Encoded"/> are what a log or a transport carries. Not thread-safe; reusable after
/// <see cref="Clear"/>.
/// </summary>
/// <remarks>
/// Layout, little-endian: version (1), flags (1), reserved (2), operation count (4), client (8),
/// sequence (8), store time in Unix milliseconds (8), catalog version (8), then the operations,
/// each a <see cref="CommitTag"/> byte (its high bit: a key of the system area) with its fields;
/// numbers are LEB128, byte strings are prefixed by their length.
/// </remarks>
public sealed partial class Commit
{
    internal const byte Version = 1;
    internal const int HeaderBytes = 40;

    /// <summary>Set in an operation's first byte where its key is in the system area.</summary>
    internal const byte SystemBit = 0x80;

    // Holds the largest value: making such large objects anew costs full collections.
    private const int KeptBytesMax = (1024 + 256) * 1024;

    private byte[] _buffer = new byte[256];
    private int _length = HeaderBytes;

    /// <summary>An empty commit.</summary>
    public Commit() => _buffer[0] = Version;

    /// <summary>Count of operations.</summary>
    public int OperationCount { get; private set; }

    /// <summary>Count of conditions among them.</summary>
    public int ConditionCount { get; private set; }

    /// <summary>Count of puts and deletes among them.</summary>
    public int MutationCount { get; private set; }

    /// <summary>
    /// Count of events and accepted events among them; their ordinals are 0 to this - 1.
    /// </summary>
    public int EventCount { get; private set; }

    /// <summary>
    /// Count of completions, reschedulings, burials, sent marks and cursors among them.
    /// </summary>
    public int CompletionCount { get; private set; }

    /// <summary>Count of conditions and mutations in the system area.</summary>
    internal int SystemCount { get; private set; }

    /// <summary>Whether it writes values that expire.</summary>
    internal bool HasDeadlines { get; private set; }

    /// <summary>Whether the apply has to look at the old value of a key.</summary>
    public bool ReadsBeforeWrite { get; private set; }

    /// <summary>Whether it is a root's, which a full backlog refuses; not encoded.</summary>
    internal bool IsRoot { get; set; }

    /// <summary>
    /// For how long the events run here that it completes; null: it completes none. Not encoded.
    /// </summary>
    internal PartitionTenure? Tenure { get; set; }

    /// <summary>
    /// The calling guest thread's: it may wait for the disk itself. Null: whoever commits may not,
    /// or nobody knows. Not encoded.
    /// </summary>
    internal Invocations.IGuestThreads? GuestThreads { get; set; }

    /// <summary>Identity for repeating the commit.</summary>
    public CommandId CommandId { get; private set; }

    /// <summary>The leader's store time, Unix milliseconds.</summary>
    public long StoreTimeMs { get; private set; }

    /// <summary>The encoded commit; valid until the next change of this object.</summary>
    public ReadOnlySpan<byte> Encoded => _buffer.AsSpan(0, _length);

    /// <summary>Encoded length in bytes.</summary>
    public int EncodedBytes => _length;

    /// <summary>Reads the operations in order.</summary>
    public CommitReader Read() => new(_buffer.AsSpan(HeaderBytes, _length - HeaderBytes));

    /// <summary>Forgets everything, so that the object and its buffer can be used again.</summary>
    public void Clear()
    {
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[256];
        }

        _buffer.AsSpan(0, HeaderBytes).Clear();
        _buffer[0] = Version;
        _length = HeaderBytes;
        OperationCount = ConditionCount = MutationCount = EventCount = CompletionCount = 0;
        SystemCount = 0;
        ReadsBeforeWrite = HasDeadlines = false;
        CommandId = default;
        StoreTimeMs = 0;
        IsRoot = false;
        Tenure = null;
        GuestThreads = null;
    }

    /// <summary>Sets identity, store time and catalog version.</summary>
    /// <param name="commandId">Identity for repeating the commit, or the default.</param>
    /// <param name="storeTimeMs">The leader's store time, Unix milliseconds.</param>
    /// <param name="catalogVersion">
    /// Version of the catalog under which the events were matched.
    /// </param>
    public void Stamp(CommandId commandId, long storeTimeMs, ulong catalogVersion)
    {
        CommandId = commandId;
        StoreTimeMs = storeTimeMs;
        var header = _buffer.AsSpan(0, HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], commandId.Client);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], commandId.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], storeTimeMs);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], catalogVersion);
    }

    /// <summary>Sets the store time anew: that of the partition's own leader counts.</summary>
    internal void Restamp(long storeTimeMs)
    {
        StoreTimeMs = storeTimeMs;
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(24), storeTimeMs);
    }

    /// <summary>Appends all operations of another commit, in order; the identity stays.</summary>
    /// <param name="other">Whose operations to append.</param>
    public void Append(Commit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var operations = other.Encoded[HeaderBytes..];
        Reserve(operations.Length);
        operations.CopyTo(_buffer.AsSpan(_length));
        _length += operations.Length;
        OperationCount += other.OperationCount;
        ConditionCount += other.ConditionCount;
        MutationCount += other.MutationCount;
        EventCount += other.EventCount;
        CompletionCount += other.CompletionCount;
        SystemCount += other.SystemCount;
        ReadsBeforeWrite |= other.ReadsBeforeWrite;
        HasDeadlines |= other.HasDeadlines;
        Tenure ??= other.Tenure;
        WriteCount();
    }

    /// <summary>
    /// Remembers the operations so far, to drop later ones with <see cref="ResetTo"/>.
    /// </summary>
    internal CommitMark Mark() =>
        new()
        {
            Length = _length,
            Operations = OperationCount,
            Conditions = ConditionCount,
            Mutations = MutationCount,
            Events = EventCount,
            Completions = CompletionCount,
            Systems = SystemCount,
            ReadsBeforeWrite = ReadsBeforeWrite,
            HasDeadlines = HasDeadlines,
        };

    /// <summary>Drops everything that was added after the mark.</summary>
    internal void ResetTo(CommitMark mark)
    {
        _length = mark.Length;
        OperationCount = mark.Operations;
        ConditionCount = mark.Conditions;
        MutationCount = mark.Mutations;
        EventCount = mark.Events;
        CompletionCount = mark.Completions;
        SystemCount = mark.Systems;
        ReadsBeforeWrite = mark.ReadsBeforeWrite;
        HasDeadlines = mark.HasDeadlines;
        WriteCount();
    }
}
