using System.Buffers;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Lanes;

/// <summary>
/// Writes frames to a channel: whoever has one appends it, and one loop writes everything that has
/// been appended since its last write, at once. Thread-safe.
/// </summary>
internal sealed class LaneWriter(WireChannel channel, Action<Exception> failed)
    : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly LaneSignal _signal = new();
    private List<LaneBlock> _filling = [];
    private List<LaneBlock> _writing = [];
    private List<TaskCompletionSource>? _waiting;
    private long _queued;
    private bool _isBusy = true;
    private bool _isClosed;

    /// <summary>Bytes that have been appended and not yet been written.</summary>
    public long QueuedBytes => Volatile.Read(ref _queued);

    /// <summary>Begins to write; called once.</summary>
    public void Start() => _ = RunAsync();

    /// <summary>Appends a frame; false: the lane is closed. Nothing is written before a flush.</summary>
    public bool Append(FrameType type, ReadOnlySpan<byte> header, in ReadOnlySequence<byte> body)
    {
        var prefix = new FramePrefix(type, header.Length, (int)body.Length);
        Span<byte> bytes = stackalloc byte[FramePrefix.Length];
        prefix.Write(bytes);
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            Copy(bytes);
            Copy(header);
            foreach (var segment in body)
            {
                Copy(segment.Span);
            }

            _queued += prefix.FrameLength;
            return true;
        }
    }

    /// <summary>Has everything that was appended written.</summary>
    /// <param name="isUrgent">
    /// On this thread, at once; else soon, together with what others append until then.
    /// </param>
    public void Flush(bool isUrgent)
    {
        lock (_gate)
        {
            if (_isBusy || _isClosed || _filling.Count == 0)
            {
                return;
            }

            _isBusy = true;
        }

        if (isUrgent)
        {
            _signal.Set();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Waits until less than <paramref name="bytes"/> are queued, or it is closed.</summary>
    public ValueTask WaitForRoomAsync(long bytes, CancellationToken ct)
    {
        return QueuedBytes < bytes ? ValueTask.CompletedTask : WaitAsync();

        async ValueTask WaitAsync()
        {
            while (true)
            {
                TaskCompletionSource written;
                lock (_gate)
                {
                    if (_queued < bytes || _isClosed)
                    {
                        return;
                    }

                    written = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    (_waiting ??= []).Add(written);
                }

                await written.Task.WaitAsync(ct);
            }
        }
    }

    /// <summary>Nothing is taken any more; what is queued is dropped.</summary>
    public void Close()
    {
        bool wake;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _queued = 0;
            Release(_filling);
            wake = !_isBusy;
            _isBusy = true;
            Wake();
        }

        if (wake)
        {
            _signal.Set();
        }
    }

    void IThreadPoolWorkItem.Execute() => _signal.Set();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                while (TryTake() is { } blocks)
                {
                    var written = 0L;
                    foreach (var block in blocks)
                    {
                        channel.Traffic?.Sent(block.Length);
                        await channel.WriteAsync(block.Written, CancellationToken.None);
                        written += block.Length;
                    }

                    Done(blocks, written);
                }

                if (_isClosed)
                {
                    return;
                }

                await _signal.WaitAsync();
            }
        }
        catch (Exception e)
        {
            Close();
            failed(e);
        }
    }

    /// <summary>What has been appended; null: nothing, and the loop has to wait.</summary>
    private List<LaneBlock>? TryTake()
    {
        lock (_gate)
        {
            if (_filling.Count == 0)
            {
                _isBusy = _isClosed;
                return null;
            }

            (_filling, _writing) = (_writing, _filling);
            return _writing;
        }
    }

    private void Done(List<LaneBlock> blocks, long written)
    {
        lock (_gate)
        {
            Release(blocks);
            _queued = Math.Max(0, _queued - written);
            Wake();
        }
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filling.Count == 0 || _filling[^1].IsFull)
            {
                _filling.Add(new LaneBlock());
            }

            bytes = bytes[_filling[^1].Append(bytes)..];
        }
    }

    private void Wake()
    {
        foreach (var waiting in _waiting ?? [])
        {
            waiting.TrySetResult();
        }

        _waiting?.Clear();
    }

    private static void Release(List<LaneBlock> blocks)
    {
        foreach (var block in blocks)
        {
            block.Release();
        }

        blocks.Clear();
    }
}
