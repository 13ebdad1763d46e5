using System.Collections.Immutable;
using System.Text;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The error history at the end of an event record: LEB128 count, then for each error LEB128
/// attempt and Unix milliseconds, one byte class, and its text prefixed by its length.
/// </summary>
internal static class EventErrors
{
    /// <summary>How many of the latest errors a record keeps.</summary>
    public const int KeptMax = 8;

    /// <summary>Adds an error; of too many the oldest goes, but the first one ever stays.</summary>
    public static ImmutableArray<EventError> Add(ImmutableArray<EventError> errors, EventError last)
    {
        var text = last.Text;
        var cut = text.Length <= EventError.TextCharsMax ? text : text[..EventError.TextCharsMax];
        var kept = errors.Length < KeptMax ? errors : errors.RemoveAt(1);
        return kept.Add(last with { Text = cut });
    }

    public static int Bytes(ImmutableArray<EventError> errors)
    {
        var bytes = Leb128.Length((ulong)errors.Length);
        foreach (var error in errors)
        {
            var text = Encoding.UTF8.GetByteCount(error.Text);
            bytes += Leb128.Length((ulong)error.Attempt) + Leb128.Length((ulong)error.TimeMs);
            bytes += 1 + Leb128.Length((ulong)text) + text;
        }

        return bytes;
    }

    /// <summary>Writes exactly <see cref="Bytes"/> bytes.</summary>
    public static void Write(Span<byte> to, ImmutableArray<EventError> errors)
    {
        to = to[Leb128.Write(to, (ulong)errors.Length)..];
        foreach (var error in errors)
        {
            to = to[Leb128.Write(to, (ulong)error.Attempt)..];
            to = to[Leb128.Write(to, (ulong)error.TimeMs)..];
            to[0] = (byte)error.Class;
            to = to[1..];
            to = to[Leb128.Write(to, (ulong)Encoding.UTF8.GetByteCount(error.Text))..];
            to = to[Encoding.UTF8.GetBytes(error.Text, to)..];
        }
    }

    public static bool TryRead(
        scoped ref ReadOnlySpan<byte> rest,
        out ImmutableArray<EventError> errors
    )
    {
        errors = [];
        if (!Leb128.TryRead(ref rest, out var count) || count > KeptMax)
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<EventError>((int)count);
        for (var i = 0; i < (int)count; i++)
        {
            if (
                !Leb128.TryRead(ref rest, out var attempt)
                || attempt > int.MaxValue
                || !Leb128.TryRead(ref rest, out var timeMs)
                || timeMs > long.MaxValue
                || rest.IsEmpty
            )
            {
                return false;
            }

            var kind = (ErrorClass)rest[0];
            rest = rest[1..];
            if (!Leb128.TryReadBytes(ref rest, out var text))
            {
                return false;
            }

            var known = kind <= ErrorClass.DepthExceeded ? kind : ErrorClass.Other;
            read.Add(
                new EventError((int)attempt, (long)timeMs, known, Encoding.UTF8.GetString(text))
            );
        }

        errors = read.MoveToImmutable();
        return true;
    }
}
