using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Waverless.Invocations;

/// <summary>
/// What goes into a function: nothing, bytes, or a stream. The default value is nothing, which is
/// not the same as zero bytes. Whoever passes bytes keeps them unchanged until the call is done.
/// </summary>
public readonly struct Payload
{
    private Payload(ReadOnlySequence<byte> bytes, PipeReader? reader, string? contentType)
    {
        Bytes = bytes;
        Reader = reader;
        ContentType = contentType;
        IsPresent = true;
    }

    /// <summary>Nothing.</summary>
    public static Payload None => default;

    /// <summary>False for the default value.</summary>
    public bool IsPresent { get; }

    /// <summary>The bytes; empty when the payload is a stream.</summary>
    public ReadOnlySequence<byte> Bytes { get; }

    /// <summary>The stream; null when the payload is bytes.</summary>
    public PipeReader? Reader { get; }

    /// <summary>Media type, if known.</summary>
    public string? ContentType { get; }

    /// <summary>A payload of bytes.</summary>
    /// <param name="bytes">The bytes; zero of them are a present, empty payload.</param>
    /// <param name="contentType">Media type, if known.</param>
    public static Payload From(ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new(new ReadOnlySequence<byte>(bytes), null, contentType);

    /// <summary>A payload of bytes in several pieces.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="contentType">Media type, if known.</param>
    public static Payload From(ReadOnlySequence<byte> bytes, string? contentType = null) =>
        new(bytes, null, contentType);

    /// <summary>A payload that is still arriving; read within the function's body limit.</summary>
    /// <param name="reader">Where it arrives.</param>
    /// <param name="contentType">Media type, if known.</param>
    public static Payload From(PipeReader reader, string? contentType = null) =>
        new(default, reader, contentType);

    /// <summary>A payload of text, as UTF-8.</summary>
    /// <param name="text">The text.</param>
    public static Payload FromText(string text) =>
        From(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
}
