namespace Waverless.Wasm.Native;

/// <summary>
/// What a failed native call said: its trap code, if an instruction trapped, and text.
/// </summary>
internal readonly record struct NativeFailure(TrapCode Code, string Message)
{
    /// <summary>
    /// Longest message taken over, in bytes; backtraces of deep recursion are long.
    /// </summary>
    internal const int MessageBytesMax = 2_048;

    /// <summary>Reads and frees an error or a trap, whichever is there.</summary>
    internal static unsafe NativeFailure Take(nint error, nint trap)
    {
        ByteVector text;
        var code = TrapCode.None;
        if (error != 0)
        {
            TrapNative.ErrorMessage(error, &text);
            TrapNative.DeleteError(error);
        }
        else
        {
            TrapCode found;
            if (TrapNative.Code(trap, &found) == NativeBool.True)
            {
                code = found;
            }

            TrapNative.Message(trap, &text);
            TrapNative.Delete(trap);
        }

        var message = text.ToText(MessageBytesMax);
        ByteVector.Delete(&text);
        return new NativeFailure(code, message);
    }

    /// <summary>The first line: what happened, without the backtrace.</summary>
    internal string Headline
    {
        get
        {
            var end = Message.IndexOf('\n', StringComparison.Ordinal);
            return end < 0 ? Message : Message[..end];
        }
    }

    /// <summary>
    /// What went wrong, in a few words: of a trap what its instruction did, else the innermost
    /// cause that the library names.
    /// </summary>
    internal string Cause => Code == TrapCode.None ? InnermostCause : Describe(Code);

    private string InnermostCause
    {
        get
        {
            // Causes come one a line, the innermost last: "0: first", "1: second".
            var text = Message.AsSpan().TrimEnd();
            var last = text[(text.LastIndexOf('\n') + 1)..].Trim();
            var colon = last.IndexOf(": ");
            var isNumbered = colon > 0 && int.TryParse(last[..colon], out _);
            return (isNumbered ? last[(colon + 2)..] : last).ToString();
        }
    }

    private static string Describe(TrapCode code) =>
        code switch
        {
            TrapCode.StackOverflow => "call stack exhausted",
            TrapCode.MemoryOutOfBounds => "out of bounds memory access",
            TrapCode.HeapMisaligned => "unaligned atomic access",
            TrapCode.TableOutOfBounds => "out of bounds table access",
            TrapCode.IndirectCallToNull => "uninitialized table element called",
            TrapCode.BadSignature => "indirect call of a function with another signature",
            TrapCode.IntegerOverflow => "integer overflow",
            TrapCode.IntegerDivisionByZero => "integer divide by zero",
            TrapCode.BadConversionToInteger => "number not representable as an integer",
            TrapCode.UnreachableCodeReached => "unreachable instruction (abort, panic or assert)",
            TrapCode.Interrupt => "interrupted",
            TrapCode.NullReference => "null reference",
            TrapCode.AllocationTooLarge => "allocation too large",
            _ => $"trap {code}",
        };
}
