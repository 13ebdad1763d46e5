using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Native;
using Waverless.Wasm.Original;

namespace Waverless.Wasm.Loading;

/// <summary>One version of a wasm app: compiled, linked, ready to run. Thread-safe.</summary>
internal sealed class LoadedWasmApp : ILoadedApp
{
    /// <summary>Most instances made ahead in one call.</summary>
    internal const int WarmInstancesMax = 64;

    private static readonly AppTraits OwnedTraits = new(
        InstanceKind.Owned,
        RunsSynchronously: true,
        CommitMode.Immediate
    );

    private readonly WasmEngine _engine;
    private readonly CompiledModule _module;
    private readonly PrelinkedModule _prelinked;
    private readonly ModuleBinding _binding;
    private readonly ImmutableArray<ReusedInstances?> _reused;
    private readonly InFlight _inFlight = new();
    private readonly long _memoryBytesMax;
    private int _disposed;

    /// <param name="engine">An acquisition of its own, released when this is disposed.</param>
    /// <param name="module">Owned from now on.</param>
    /// <param name="binding">What inspection found.</param>
    /// <param name="version">What was deployed.</param>
    /// <param name="options">The engine's options.</param>
    /// <param name="time">The node's clock.</param>
    internal LoadedWasmApp(
        WasmEngine engine,
        CompiledModule module,
        ModuleBinding binding,
        AppVersion version,
        WasmOptions options,
        TimeProvider time
    )
    {
        _engine = engine;
        _module = module;
        _binding = binding;
        _prelinked = PrelinkedModule.Link(engine, module);
        _reused =
        [
            .. version.Package.Manifest.Functions.Select(function =>
                function.Instance == InstanceMode.Reuse
                    ? new ReusedInstances(engine.Contexts)
                    : null
            ),
        ];
        Files = version.FilesFolder is { } folder ? new FilesFolder(folder) : null;
        StackBytesMax = options.StackBytesMax;
        _memoryBytesMax = binding.Functions.Max(function => function.MemoryBytesMax);
        Time = time;
    }

    public AppTraits Traits => OwnedTraits;

    internal GuestAbi Abi => _binding.Abi;

    internal FilesFolder? Files { get; }

    internal int StackBytesMax { get; }

    internal TimeProvider Time { get; }

    public ValueTask WarmAsync(int instances, CancellationToken ct)
    {
        if (_inFlight.TryEnter())
        {
            try
            {
                Warm(Math.Min(instances, WarmInstancesMax));
            }
            finally
            {
                _inFlight.Exit();
            }
        }

        return default;
    }

    public ValueTask TrimAsync(int instances, CancellationToken ct)
    {
        if (_inFlight.TryEnter())
        {
            try
            {
                foreach (var reused in _reused)
                {
                    reused?.TrimTo(instances);
                }
            }
            finally
            {
                _inFlight.Exit();
            }
        }

        return default;
    }

    public ValueTask<InvocationResult> InvokeAsync(
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    )
    {
        if (!_inFlight.TryEnter())
        {
            return new(
                InvocationResult.Fail(
                    InvocationStatus.Unavailable,
                    $"{call.Address} is being replaced or unloaded."
                )
            );
        }

        try
        {
            var reused = _reused[call.FunctionIndex];
            return new(reused is null ? Run(call, host, ct) : Run(reused, call, host, ct));
        }
        finally
        {
            _inFlight.Exit();
        }
    }

    public ValueTask DrainAsync(CancellationToken ct) => new(_inFlight.CloseAsync(ct));

    public async ValueTask DisposeAsync()
    {
        await _inFlight.CloseAsync(CancellationToken.None);
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var reused in _reused)
        {
            reused?.Close();
        }

        _prelinked.Dispose();
        _module.Dispose();
        _engine.Release();
    }

    private InvocationResult Run(Invocation call, IInvocationHost host, CancellationToken ct)
    {
        var guest = _engine.Contexts.Rent();
        var instance = default(GuestInstance);
        try
        {
            guest.Begin(this, call, host, ct);
            return Run(guest, ref instance, isNew: true);
        }
        finally
        {
            instance.Close();
            guest.End();
            _engine.Contexts.Return(guest);
        }
    }

    private InvocationResult Run(
        ReusedInstances idle,
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    )
    {
        var taken = idle.Take();
        var reused = taken ?? new ReusedInstance(_engine.Contexts.Rent());
        InvocationResult result = default;
        try
        {
            reused.Guest.Begin(this, call, host, ct);
            result = Run(reused.Guest, ref reused.Instance, isNew: taken is null);
        }
        finally
        {
            reused.Guest.End();

            // What failed in the middle may be in any state: it is not used again.
            if (result.IsCompleted)
            {
                idle.Return(reused);
            }
            else
            {
                idle.Free(reused);
            }
        }

        return result;
    }

    private InvocationResult Run(GuestContext guest, ref GuestInstance instance, bool isNew)
    {
        var function = _binding.Functions[guest.Call.FunctionIndex];
        if (guest.IsOver(out var status, out var message))
        {
            return InvocationResult.Fail(status, message);
        }

        if (!NativeStack.HasRoomFor(StackBytesMax))
        {
            return InvocationResult.Fail(
                InvocationStatus.Overloaded,
                $"{guest.Call.Address} found no {StackBytesMax} bytes of stack on its thread: "
                    + "calls are nested too deep, or the thread is too small."
            );
        }

        _engine.Ticker.Enter(guest.Turn);
        NativeFailure failure = default;
        try
        {
            if (
                Prepare(guest, ref instance, function, isNew, out failure)
                && instance.Run(function, guest.Call.Payload, out failure)
            )
            {
                return InvocationResult.Completed(guest.Output.TakeResult());
            }
        }
        catch (GuestFaultException e)
        {
            guest.Fail(e);
        }
        finally
        {
            guest.Turn.End();
        }

        return InvocationOutcome.Of(guest, instance, function, failure);
    }

    private bool Prepare(
        GuestContext guest,
        ref GuestInstance instance,
        FunctionBinding function,
        bool isNew,
        out NativeFailure failure
    )
    {
        if (isNew)
        {
            instance.Open(_engine.Pointer, guest, function.MemoryBytesMax);
            return instance.Instantiate(_prelinked, guest, _binding.HasInitialize, out failure);
        }

        instance.Rearm();
        instance.Bind(guest);
        failure = default;
        return true;
    }

    /// <summary>
    /// Makes instances that all exist at once and drops them: their slots keep the module's pages.
    /// </summary>
    private void Warm(int count)
    {
        var guests = new GuestContext[count];
        var instances = new GuestInstance[count];
        try
        {
            for (var index = 0; index < count; index++)
            {
                var guest = guests[index] = _engine.Contexts.Rent();
                _engine.Ticker.Enter(guest.Turn);
                instances[index].Open(_engine.Pointer, guest, _memoryBytesMax);
                if (!instances[index].Instantiate(_prelinked, guest, false, out _))
                {
                    break;
                }
            }
        }
        finally
        {
            for (var index = 0; index < count && guests[index] is { } guest; index++)
            {
                instances[index].Close();
                guest.Turn.End();
                guest.End();
                _engine.Contexts.Return(guest);
            }
        }
    }
}
