using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Waverless.Invocations;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Loading;
using Waverless.Wasm.Native;
using Waverless.Wasm.Original;

namespace Waverless.Wasm.Instances;

/// <summary>
/// What host functions know of the invocation that calls them. Pooled: one object serves many
/// invocations, one after the other, and its handle lives as long as it does.
/// </summary>
internal sealed unsafe class GuestContext : IDisposable
{
    private static readonly byte[] MemoryName = "memory"u8.ToArray();

    private readonly GCHandle _handle;
    private Invocation? _call;
    private IInvocationHost? _host;
    private LoadedWasmApp? _app;
    private MemoryHandle _memory;
    private bool _hasMemory;
    private nint _context;
    private bool _failed;
    private InvocationStatus _failureStatus;
    private string? _failureMessage;

    internal GuestContext()
    {
        _handle = GCHandle.Alloc(this);
        Batches = new BatchCalls();
        Files = new FileTable();
        Output = new GuestOutput();
    }

    internal GuestTurn Turn { get; } = new();

    /// <summary>What a store carries to find this context again.</summary>
    internal nint State => GCHandle.ToIntPtr(_handle);

    internal Invocation Call => _call ?? throw NoInvocation();

    internal IInvocationHost Host => _host ?? throw NoInvocation();

    internal LoadedWasmApp App => _app ?? throw NoInvocation();

    internal CancellationToken Cancellation { get; private set; }

    internal BatchCalls Batches { get; }

    internal FileTable Files { get; }

    internal GuestOutput Output { get; }

    /// <summary>How far a command has read its standard input.</summary>
    internal SequencePosition? InputPosition { get; set; }

    /// <summary>What <c>proc_exit</c> was called with; null: it was not.</summary>
    internal int? ExitCode { get; set; }

    /// <summary>The guest's memory as it is now.</summary>
    internal GuestMemory Memory
    {
        get
        {
            if (!_hasMemory)
            {
                throw new GuestFaultException(
                    InvocationStatus.Trapped,
                    "the guest called a host function without exporting a memory named 'memory'."
                );
            }

            var memory = _memory;
            return new GuestMemory(
                InstanceNative.MemoryBytes(_context, &memory),
                InstanceNative.MemoryLength(_context, &memory)
            );
        }
    }

    internal static GuestContext From(nint state) =>
        Unsafe.As<GuestContext>(GCHandle.FromIntPtr(state).Target!);

    internal void Begin(
        LoadedWasmApp app,
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    )
    {
        _app = app;
        _call = call;
        _host = host;
        Cancellation = ct;
    }

    /// <summary>
    /// Forgets the invocation; files are closed and pending output reaches the log.
    /// </summary>
    internal void End()
    {
        if (_host is { } host)
        {
            Output.FlushLog(host);
        }

        Output.Clear();
        Files.Clear();
        Batches.Clear();
        InputPosition = null;
        ExitCode = null;
        _call = null;
        _host = null;
        _app = null;
        Cancellation = default;
        _hasMemory = false;
        _failed = false;
        _failureMessage = null;
    }

    /// <summary>Binds the memory of the instance that is about to run.</summary>
    internal void Bind(nint context, in MemoryHandle memory, bool hasMemory)
    {
        _context = context;
        _memory = memory;
        _hasMemory = hasMemory;
    }

    /// <summary>
    /// Called first in each host call; a start function calls before anything is bound.
    /// </summary>
    internal void EnterHost(nint caller, nint context)
    {
        _context = context;
        if (_hasMemory)
        {
            return;
        }

        ExternHandle export;
        fixed (byte* name = MemoryName)
        {
            var found = InstanceNative.CallerExport(
                caller,
                name,
                (nuint)MemoryName.Length,
                &export
            );
            if (found == NativeBool.True && export.Kind == ExternKind.Memory)
            {
                Bind(context, export.Memory, hasMemory: true);
            }
        }
    }

    /// <summary>Ends the invocation if its deadline has passed or its caller has gone.</summary>
    internal void ThrowIfOver()
    {
        if (IsOver(out var status, out var message))
        {
            throw new GuestFaultException(status, message);
        }
    }

    /// <summary>Whether the deadline has passed or the caller has gone.</summary>
    internal bool IsOver(out InvocationStatus status, out string message)
    {
        status = InvocationStatus.Completed;
        message = string.Empty;
        if (App.Time.GetTimestamp() >= Call.Deadline.Timestamp)
        {
            status = InvocationStatus.TimedOut;
            message = $"{Call.Address} did not end by its deadline.";
        }
        else if (Cancellation.IsCancellationRequested)
        {
            status = InvocationStatus.Cancelled;
            message = $"The caller of {Call.Address} went away.";
        }

        return status != InvocationStatus.Completed;
    }

    /// <summary>Remembers why the invocation fails; the first reason stands.</summary>
    internal void Fail(Exception reason)
    {
        if (_failed)
        {
            return;
        }

        (_failureStatus, _failureMessage) = reason switch
        {
            GuestFaultException fault => (fault.Status, fault.Message),
            InvocationRefusedException refused => (refused.Status, refused.Message),
            OperationCanceledException when IsOver(out var status, out var message) => (
                status,
                message
            ),
            OperationCanceledException => (
                InvocationStatus.Cancelled,
                "A host call was cancelled."
            ),
            _ => (
                InvocationStatus.Failed,
                $"A host call failed: {reason.GetType().Name}: {reason.Message}"
            ),
        };
        _failed = true;
    }

    /// <summary>As <see cref="Fail"/>, for a reason that cannot be told.</summary>
    internal void FailWithoutReason()
    {
        (_failureStatus, _failureMessage) = (InvocationStatus.Failed, "A host call failed.");
        _failed = true;
    }

    /// <summary>Why a host function or the deadline ended the invocation, if one did.</summary>
    internal bool TryGetFailure(out InvocationStatus status, out string message)
    {
        status = _failureStatus;
        message = _failureMessage ?? string.Empty;
        return _failed;
    }

    public void Dispose()
    {
        Files.Clear();
        _handle.Free();
    }

    private static GuestFaultException NoInvocation() =>
        new(
            InvocationStatus.Trapped,
            "The guest called a host function while no invocation was running."
        );
}
