namespace Waverless.Transport.Diagnostics;

/// <summary>Bytes that a node's channels have carried. Thread-safe.</summary>
internal sealed class Traffic
{
    private long _sent;
    private long _received;

    public long SentBytes => Volatile.Read(ref _sent);

    public long ReceivedBytes => Volatile.Read(ref _received);

    public void Sent(long bytes) => Interlocked.Add(ref _sent, bytes);

    public void Received(long bytes) => Interlocked.Add(ref _received, bytes);
}
