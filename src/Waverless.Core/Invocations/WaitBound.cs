namespace Waverless.Invocations;

/// <summary>Ends a wait at an invocation's deadline, or when its caller goes away.</summary>
internal sealed class WaitBound : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;

    private WaitBound(Deadline deadline, TimeProvider time, CancellationToken ct)
    {
        _timeout = new CancellationTokenSource(deadline.Remaining(time), time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(ct, _timeout.Token);
    }

    public CancellationToken Token => _either.Token;

    public static WaitBound Of(Deadline deadline, TimeProvider time, CancellationToken ct) =>
        new(deadline, time, ct);

    public static WaitBound Of(in FunctionCall call, TimeProvider time) =>
        new(call.Invocation.Deadline, time, call.Cancellation);

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
