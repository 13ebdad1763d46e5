namespace Waverless.Wasm.Native;

/// <summary>What a failed native call said: its trap code, if an instruction trapped, and text.</summary>
internal readonly record struct NativeFailure(TrapCode Code, string Message)
{
    /// <summary>Longest message taken over, in bytes; backtraces of deep recursion are long.</summary>
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

    /// <summary>The cause at the end of a chain such as <c>a: b: c</c> printed over lines.</summary>
    internal string Cause
    {
        get
        {
            var text = Message.AsSpan().TrimEnd();
            var start = text.LastIndexOf('\n');
            var last = (start < 0 ? text : text[(start + 1)..]).Trim();
            var colon = last.IndexOf(": ");
            var numbered = colon > 0 && int.TryParse(last[..colon], out _);
            return (numbered ? last[(colon + 2)..] : last).ToString();
        }
    }
}
