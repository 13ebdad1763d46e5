using System.Security.Cryptography;
using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// The calls that an atomic function has made of others, by their order: a later run of the same
/// invocation gets the recorded answer instead of a second effect. Where an event started the
/// function, its records are in the store and outlive the process.
/// </summary>
internal sealed class CallLog(Invocation caller)
{
    private static ReadOnlySpan<byte> KeyPrefix => "call/"u8;

    private readonly SortedDictionary<int, RecordedCall> _calls = [];
    private int _next;

    /// <summary>
    /// Whether the records have to outlive the process. Not those of a window, which a later
    /// attempt does not share with the same events.
    /// </summary>
    public bool IsDurable => caller is { Event: not null, Window: null };

    /// <summary>Whether the store holds records that go with the completion of the event.</summary>
    public bool HasStored => _calls.Values.Any(call => call.DeadlineMs != 0);

    /// <summary>A new run begins: its first call is the first again.</summary>
    public void Rewind() => _next = 0;

    /// <summary>The number of the next call.</summary>
    /// <exception cref="InvocationRefusedException">Too many.</exception>
    public int Next() =>
        _next < TransactionLimits.CallsMax
            ? _next++
            : throw new InvocationRefusedException(
                InvocationStatus.TooLarge,
                $"'{caller.Address}' calls other functions more than "
                    + $"{TransactionLimits.CallsMax} times in one run."
            );

    /// <summary>What was recorded of a call in this process; null if nothing was.</summary>
    public RecordedCall? Find(int ordinal) => _calls.GetValueOrDefault(ordinal);

    /// <summary>Keeps a call.</summary>
    public void Keep(int ordinal, RecordedCall call) => _calls[ordinal] = call;

    /// <summary>Makes sure that a call is the one that was recorded.</summary>
    /// <exception cref="InvocationRefusedException">It is another.</exception>
    public void Demand(int ordinal, FunctionAddress callee, byte[] hash, RecordedCall known)
    {
        if (!known.Hash.AsSpan().SequenceEqual(hash))
        {
            throw new InvocationRefusedException(
                InvocationStatus.Diverged,
                $"Call {ordinal} of '{caller.Address}', of '{callee}', differs from the one that "
                    + "an earlier run of it has made; expected the same function and payload."
            );
        }
    }

    /// <summary>Where the record of a call is kept, in the caller's home partition.</summary>
    public byte[] KeyOf(int ordinal)
    {
        var id = caller.EventId;
        return
        [
            .. KeyPrefix,
            .. Encoding.UTF8.GetBytes($"{caller.Address.Function}/{id}/{ordinal}"),
        ];
    }

    /// <summary>Appends that the records go: the event is done and never runs again.</summary>
    public void AppendRemovals(Commit commit)
    {
        foreach (var (ordinal, call) in _calls)
        {
            if (call.DeadlineMs != 0)
            {
                commit.Delete(KeyOf(ordinal), KeyArea.System);
            }
        }
    }

    /// <summary>Of target and payload.</summary>
    public static byte[] HashOf(FunctionAddress callee, in Payload payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{callee}\0{payload.ContentType}\0"));
        hash.AppendData([payload.IsPresent ? (byte)1 : (byte)0]);
        foreach (var part in payload.Bytes)
        {
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }
}
