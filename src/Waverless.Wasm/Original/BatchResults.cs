using Waverless.Invocations;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

/// <summary>
/// The values that an invocation's batches read, until it asks for them. Bounded: when they exceed
/// <see cref="BytesMax"/>, a new batch forgets those of all batches before it.
/// </summary>
internal sealed class BatchResults
{
    /// <summary>Bytes of values after which older batches are forgotten.</summary>
    internal const int BytesMax = 16 << 20;

    /// <summary>Batches after which older ones are forgotten.</summary>
    internal const int BatchesMax = 10_240;

    /// <summary>
    /// Most bytes that one batch may read: values beyond this end the invocation.
    /// </summary>
    internal const int BatchBytesMax = 256 << 20;

    private readonly List<Entry> _entries = [];
    private readonly ByteBuffer _values = new(BatchBytesMax, TooLarge);
    private readonly List<int> _starts = [];
    private int _firstBatch = 1;

    /// <summary>Where the value that is being read goes.</summary>
    internal ByteBuffer Values => _values;

    /// <summary>Starts a batch and returns its id, positive and unique in the invocation.</summary>
    internal int Begin()
    {
        if (_values.Length > BytesMax || _starts.Count >= BatchesMax)
        {
            _firstBatch += _starts.Count;
            _entries.Clear();
            _starts.Clear();
            _values.Clear();
        }

        _starts.Add(_entries.Count);
        return _firstBatch + _starts.Count - 1;
    }

    /// <summary>
    /// Records what an operation of the current batch read: the last bytes written.
    /// </summary>
    internal void Add(int operation, int length) =>
        _entries.Add(new Entry(operation, _values.Length - Math.Max(length, 0), length));

    /// <summary>
    /// The value that an operation of a batch read; empty if the key was missing.
    /// </summary>
    /// <exception cref="GuestFaultException">There is no such result.</exception>
    internal ReadOnlySpan<byte> Find(int batch, int operation)
    {
        var index = batch - _firstBatch;
        if (batch <= 0 || index < 0 || index >= _starts.Count)
        {
            throw new GuestFaultException(
                InvocationStatus.Trapped,
                $"kv_batch_res: batch {batch} has no results; expected the id of a batch of "
                    + $"this invocation, from {_firstBatch} to {_firstBatch + _starts.Count - 1}."
            );
        }

        var end = index + 1 < _starts.Count ? _starts[index + 1] : _entries.Count;
        var entry = Search(_starts[index], end, operation);
        return entry.Length < 0 ? [] : _values.Written.Slice(entry.Start, entry.Length);
    }

    internal void Clear()
    {
        _entries.Clear();
        _starts.Clear();
        _values.Clear();
        _firstBatch = 1;
    }

    private Entry Search(int from, int to, int operation)
    {
        // Entries of a batch are in the order of its operations.
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_entries[middle].Operation == operation)
            {
                return _entries[middle];
            }

            (from, to) = _entries[middle].Operation < operation ? (middle + 1, to) : (from, middle);
        }

        throw new GuestFaultException(
            InvocationStatus.Trapped,
            $"kv_batch_res: operation {operation} of the batch is not a get; expected the index "
                + "of one."
        );
    }

    private static GuestFaultException TooLarge() =>
        new(
            InvocationStatus.TooLarge,
            $"kv_batch_ope: the values that it reads have more than {BatchBytesMax} bytes."
        );

    private readonly record struct Entry(int Operation, int Start, int Length);
}
