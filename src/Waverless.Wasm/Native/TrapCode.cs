namespace Waverless.Wasm.Native;

/// <summary>
/// The instruction traps of <c>wasmtime_trap_code_t</c> that core modules can reach.
/// </summary>
internal enum TrapCode : byte
{
    StackOverflow = 0,
    MemoryOutOfBounds = 1,
    HeapMisaligned = 2,
    TableOutOfBounds = 3,
    IndirectCallToNull = 4,
    BadSignature = 5,
    IntegerOverflow = 6,
    IntegerDivisionByZero = 7,
    BadConversionToInteger = 8,
    UnreachableCodeReached = 9,
    Interrupt = 10,
    OutOfFuel = 11,
    AtomicWaitNonSharedMemory = 12,
    NullReference = 13,
    ArrayOutOfBounds = 14,
    AllocationTooLarge = 15,

    /// <summary>Not an instruction trap: the message says what happened.</summary>
    None = byte.MaxValue,
}
