using System.Text;
using Microsoft.Extensions.Logging;
using Waverless.Invocations;

namespace Waverless.Wasm.Instances;

/// <summary>What a guest gives out: its answer, and lines for its log.</summary>
internal sealed class GuestOutput
{
    /// <summary>Largest answer of one invocation, in bytes.</summary>
    internal const int ResultBytesMax = 16 << 20;

    /// <summary>Longest line of the log; a longer one is cut into several.</summary>
    internal const int LineBytesMax = 8 << 10;

    /// <summary>Most bytes that one invocation may log; the rest is dropped.</summary>
    internal const int LogBytesMax = 1 << 20;

    private const int WordsMax = 512;

    private readonly ByteBuffer _streamed = new(ResultBytesMax, ResultTooLarge);
    private readonly ByteBuffer _standardLine = new(LineBytesMax, LineTooLong);
    private readonly ByteBuffer _errorLine = new(LineBytesMax, LineTooLong);
    private byte[]? _result;
    private int _loggedBytes;

    /// <summary>The answer so far; an array of its own.</summary>
    internal ReadOnlyMemory<byte> TakeResult()
    {
        if (_result is not null)
        {
            return _result;
        }

        return _streamed.Length == 0 ? default : _streamed.Written.ToArray();
    }

    /// <summary>Sets the whole answer; the last call wins.</summary>
    internal void SetResult(ReadOnlySpan<byte> result)
    {
        if (result.Length > ResultBytesMax)
        {
            throw ResultTooLarge();
        }

        _result = result.ToArray();
    }

    /// <summary>The beginning of the answer as text: a guest may say why before it traps.</summary>
    internal string Words =>
        Encoding.UTF8.GetString((_result ?? _streamed.Written)[..Math.Min(Length, WordsMax)]);

    private int Length => _result?.Length ?? _streamed.Length;

    /// <summary>Adds to the answer.</summary>
    internal void AppendResult(ReadOnlySpan<byte> part) => _streamed.Write(part);

    /// <summary>Takes text for the log; complete lines go there at once.</summary>
    internal void AppendLog(IInvocationHost host, ReadOnlySpan<byte> text, bool isError)
    {
        var room = LogBytesMax - _loggedBytes;
        if (text.Length > room)
        {
            text = text[..room];
        }

        _loggedBytes += text.Length;
        var line = isError ? _errorLine : _standardLine;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var part = end < 0 ? text : text[..end];
            part = part[..Math.Min(part.Length, LineBytesMax - line.Length)];
            line.Write(part);
            var isWhole = part.Length == end;
            text = text[(part.Length + (isWhole ? 1 : 0))..];
            if (isWhole || line.Length == LineBytesMax)
            {
                Flush(host, line, isError);
            }
        }
    }

    /// <summary>Logs lines that have not ended.</summary>
    internal void FlushLog(IInvocationHost host)
    {
        if (_standardLine.Length > 0)
        {
            Flush(host, _standardLine, isError: false);
        }

        if (_errorLine.Length > 0)
        {
            Flush(host, _errorLine, isError: true);
        }
    }

    internal void Clear()
    {
        _result = null;
        _loggedBytes = 0;
        _streamed.Clear();
        _standardLine.Clear();
        _errorLine.Clear();
    }

    private static void Flush(IInvocationHost host, ByteBuffer line, bool isError)
    {
        var level = isError ? LogLevel.Warning : LogLevel.Information;
        var text = Encoding.UTF8.GetString(line.Written);
        line.Clear();
        host.Log(level, text);
    }

    private static GuestFaultException ResultTooLarge() =>
        new(
            InvocationStatus.TooLarge,
            $"The result is larger than {ResultBytesMax} bytes, the most that is allowed."
        );

    private static GuestFaultException LineTooLong() =>
        new(InvocationStatus.TooLarge, $"A log line is longer than {LineBytesMax} bytes.");
}
