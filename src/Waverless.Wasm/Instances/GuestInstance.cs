using System.Buffers;
using Waverless.Invocations;
using Waverless.Wasm.Host;
using Waverless.Wasm.Loading;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Instances;

/// <summary>
/// A sandbox: a store with one instance in it. Used by one invocation at a time; its context
/// (<see cref="GuestContext"/>) must stay the same as long as it lives.
/// </summary>
/// <remarks>A struct: a fresh instance per invocation allocates nothing.</remarks>
internal unsafe struct GuestInstance
{
    private const int TableElementsMax = 20_000;
    private const int TablesMax = 4;

    /// <summary>By how much a memory grows.</summary>
    internal const long PageBytes = 64 << 10;

    private static readonly byte[] MemoryName = "memory"u8.ToArray();
    private static readonly byte[] AllocateName = "allocate"u8.ToArray();
    private static readonly byte[] InitializeName = "_initialize"u8.ToArray();

    private nint _store;
    private nint _context;
    private InstanceHandle _instance;
    private Native.MemoryHandle _memory;
    private bool _hasMemory;

    /// <summary>Creates the store, with its limits and its look at the clock.</summary>
    internal void Open(nint engine, GuestContext guest, long memoryBytesMax)
    {
        _store = StoreNative.New(engine, guest.State, 0);
        _context = StoreNative.Context(_store);
        StoreNative.Limit(_store, memoryBytesMax, TableElementsMax, 1, TablesMax, 1);
        StoreNative.OnEpochDeadline(_store, &HostEntry.Epoch, guest.State, 0);
        StoreNative.SetEpochDeadline(_context, 1);
    }

    /// <summary>Frees everything; harmless when there is nothing.</summary>
    internal void Close()
    {
        if (_store != 0)
        {
            StoreNative.Delete(_store);
            _store = 0;
        }
    }

    /// <summary>
    /// Makes the instance and initializes it. False: <paramref name="failure"/> says why.
    /// </summary>
    internal bool Instantiate(
        PrelinkedModule module,
        GuestContext guest,
        bool hasInitialize,
        out NativeFailure failure
    )
    {
        nint trap = 0;
        nint error;
        fixed (InstanceHandle* instance = &_instance)
        {
            error = InstanceNative.Instantiate(module.Pointer, _context, instance, &trap);
        }

        if (error != 0 || trap != 0)
        {
            failure = NativeFailure.Take(error, trap);
            return false;
        }

        _hasMemory = Find(MemoryName, out var memory) && memory.Kind == ExternKind.Memory;
        _memory = memory.Memory;
        Bind(guest);
        failure = default;
        return !hasInitialize || Call(InitializeName, 0, default, out failure);
    }

    /// <summary>Tells the context which memory host functions are to use.</summary>
    internal readonly void Bind(GuestContext guest) => guest.Bind(_context, _memory, _hasMemory);

    /// <summary>Starts counting for the next invocation in a reused instance.</summary>
    internal readonly void Rearm() => StoreNative.SetEpochDeadline(_context, 1);

    /// <summary>Puts the payload into the guest's memory and calls the function.</summary>
    /// <exception cref="GuestFaultException">
    /// The guest's <c>allocate</c> did not deliver.
    /// </exception>
    internal readonly bool Run(
        FunctionBinding function,
        in Payload payload,
        out NativeFailure failure
    )
    {
        if (!function.TakesPayload)
        {
            return Call(function.ExportName, function.SlotCount, default, out failure);
        }

        if (!payload.IsPresent)
        {
            // Nothing is not the same as zero bytes: its address is 0.
            Span<RawValue> none = [default, default];
            return Call(function.ExportName, function.SlotCount, none, out failure);
        }

        var bytes = payload.Bytes;
        var length = checked((int)bytes.Length);
        var slot = new RawValue { I32 = length };
        if (!Call(AllocateName, 1, new Span<RawValue>(ref slot), out failure))
        {
            return false;
        }

        var address = slot.I32;
        bytes.CopyTo(Allocated(address, length));
        Span<RawValue> arguments = [slot, new RawValue { I32 = length }];
        return Call(function.ExportName, function.SlotCount, arguments, out failure);
    }

    private readonly Span<byte> Allocated(int address, int length)
    {
        if (address == 0 && length > 0)
        {
            throw new GuestFaultException(
                InvocationStatus.OutOfMemory,
                $"The guest's allocate({length}) returned 0: its memory does not hold the payload."
            );
        }

        var handle = _memory;
        var memory = new GuestMemory(
            InstanceNative.MemoryBytes(_context, &handle),
            InstanceNative.MemoryLength(_context, &handle)
        );
        return memory.Range(address, length, "allocate", "the address that it returned");
    }

    /// <summary>Bytes that the memory has grown to.</summary>
    internal readonly long MemoryLength
    {
        get
        {
            var handle = _memory;
            return _hasMemory ? (long)InstanceNative.MemoryLength(_context, &handle) : 0;
        }
    }

    /// <summary>
    /// Calls an export; the first value of <paramref name="values"/> receives the first result.
    /// </summary>
    private readonly bool Call(
        byte[] export,
        int slotCount,
        Span<RawValue> values,
        out NativeFailure failure
    )
    {
        if (!Find(export, out var function))
        {
            // Inspected at deploy: only a module that lies about its exports comes here.
            failure = new NativeFailure(TrapCode.None, "an export is missing");
            return false;
        }

        var slots = stackalloc RawValue[FunctionBinding.ResultsMax];
        values.CopyTo(new Span<RawValue>(slots, FunctionBinding.ResultsMax));
        nint trap = 0;
        var error = InstanceNative.Call(
            _context,
            &function.Function,
            slots,
            (nuint)slotCount,
            &trap
        );
        if (error != 0 || trap != 0)
        {
            failure = NativeFailure.Take(error, trap);
            return false;
        }

        if (!values.IsEmpty)
        {
            values[0] = slots[0];
        }

        failure = default;
        return true;
    }

    private readonly bool Find(byte[] export, out ExternHandle handle)
    {
        fixed (byte* name = export)
        fixed (ExternHandle* found = &handle)
        fixed (InstanceHandle* instance = &_instance)
        {
            handle = default;
            var isThere = InstanceNative.Export(
                _context,
                instance,
                name,
                (nuint)export.Length,
                found
            );
            return isThere == NativeBool.True;
        }
    }
}
