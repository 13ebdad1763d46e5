using System.Diagnostics;
using CsCheck;
using Google.Protobuf;
using Waverless.Messaging;
using Proto = Waverless.Transport.Protocol.Protos;

namespace Waverless.Transport.Protocol;

/// <summary>The codecs by hand against those that protobuf generates.</summary>
public sealed class HeaderTests
{
    private static readonly Gen<RequestHeader> Requests = Gen.Select(
        Gen.ULong,
        Gen.UShort,
        Gen.UInt,
        Gen.Bool,
        (id, kind, timeout, isTraced) =>
            new RequestHeader(id, kind, timeout, isTraced ? NewTrace() : default)
    );

    private static readonly Gen<ReplyHeader> Replies = Gen.Select(
        Gen.ULong,
        Gen.UInt[0, (uint)TransportErrorCode.Stopped],
        Gen.UInt,
        Gen.String[Gen.Char.AlphaNumeric, 0, 100],
        (id, code, at, message) => new ReplyHeader(id, code, at, message)
    );

    [Fact]
    public void Protobuf_reads_the_requests_that_are_written() =>
        Requests.Sample(header =>
        {
            Span<byte> bytes = stackalloc byte[FramePrefix.HeaderBytesMax];
            var read = Proto.RequestHeader.Parser.ParseFrom(bytes[..header.Write(bytes)]);
            Assert.Equal(header.Id, read.Id);
            Assert.Equal(header.Kind, read.Kind);
            Assert.Equal(header.TimeoutMs, read.TimeoutMs);
            Assert.Equal((uint)header.Trace.TraceFlags, read.TraceFlags);
            Assert.Equal(header.Trace.TraceState ?? "", read.TraceState);
            Assert.Equal(
                header.Trace.TraceId == default ? "" : header.Trace.TraceId.ToHexString(),
                Convert.ToHexStringLower(read.TraceId.Span)
            );
        });

    [Fact]
    public void The_requests_that_protobuf_writes_are_read() =>
        Requests.Sample(header =>
        {
            var written = new Proto.RequestHeader
            {
                Id = header.Id,
                Kind = header.Kind,
                TimeoutMs = header.TimeoutMs,
            };
            if (header.Trace.TraceId != default)
            {
                var trace = Convert.FromHexString(header.Trace.TraceId.ToHexString());
                var span = Convert.FromHexString(header.Trace.SpanId.ToHexString());
                written.TraceId = ByteString.CopyFrom(trace);
                written.SpanId = ByteString.CopyFrom(span);
                written.TraceFlags = (uint)header.Trace.TraceFlags;
                written.TraceState = header.Trace.TraceState;
            }

            Assert.True(RequestHeader.TryRead(written.ToByteArray(), out var read));
            Assert.Equal(header with { Trace = default }, read with { Trace = default });
            Assert.Equal(header.Trace.TraceId, read.Trace.TraceId);
            Assert.Equal(header.Trace.SpanId, read.Trace.SpanId);
        });

    [Fact]
    public void Replies_agree_with_protobuf_both_ways() =>
        Replies.Sample(header =>
        {
            Span<byte> bytes = stackalloc byte[FramePrefix.HeaderBytesMax];
            var read = Proto.ReplyHeader.Parser.ParseFrom(bytes[..header.Write(bytes)]);
            Assert.Equal((header.Id, header.Code, header.At), (read.Id, read.Code, read.At));
            Assert.Equal(header.Message, read.Message);
            Assert.True(ReplyHeader.TryRead(read.ToByteArray(), out var again));
            Assert.Equal((header.Id, header.Code, header.At), (again.Id, again.Code, again.At));
            Assert.Equal(header.Message, again.Message ?? "");
        });

    [Fact]
    public void A_number_agrees_with_protobuf_both_ways() =>
        Gen.ULong.Sample(number =>
        {
            Span<byte> bytes = stackalloc byte[NumberHeader.BytesMax];
            var length = NumberHeader.Write(bytes, number);
            Assert.Equal(number, Proto.CancelHeader.Parser.ParseFrom(bytes[..length]).Id);
            var written = new Proto.PingHeader { Nonce = number }.ToByteArray();
            Assert.True(NumberHeader.TryRead(written, out var read));
            Assert.Equal(number, read);
        });

    [Fact]
    public void Fields_that_are_not_known_are_skipped()
    {
        // A field 15 of each kind, before the id.
        byte[] header = [0x78, 5, 0x79, .. new byte[8], 0x7A, 2, 1, 2, 0x7D, .. new byte[4], 8, 42];
        Assert.True(NumberHeader.TryRead(header, out var number));
        Assert.Equal(42u, number);
        Assert.True(RequestHeader.TryRead(header, out var request));
        Assert.Equal(42u, request.Id);
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_nothing_else() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                RequestHeader.TryRead(bytes, out _);
                ReplyHeader.TryRead(bytes, out _);
                NumberHeader.TryRead(bytes, out _);
            });

    [Fact]
    public void A_long_explanation_is_cut_and_still_text()
    {
        Span<byte> bytes = stackalloc byte[FramePrefix.HeaderBytesMax];
        var header = new ReplyHeader(1, 10, 2, new string('é', 5000));
        Assert.True(ReplyHeader.TryRead(bytes[..header.Write(bytes)], out var read));
        Assert.InRange(read.Message!.Length, 1, ReplyHeader.MessageBytesMax / 2);
        Assert.DoesNotContain('\uFFFD', read.Message);
    }

    private static ActivityContext NewTrace() =>
        new(
            ActivityTraceId.CreateRandom(),
            ActivitySpanId.CreateRandom(),
            ActivityTraceFlags.Recorded,
            "vendor=1"
        );
}
