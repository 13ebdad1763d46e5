using System.Text;
using CsCheck;
using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm.Instances;

public sealed class GuestOutputTests
{
    [Fact]
    public void Lines_arrive_whole_however_they_are_written()
    {
        var part = Gen.OneOf(Gen.Const("\n"), Gen.String[Gen.Char['a', 'z'], 0, 12]);
        part.Array[0, 40]
            .Sample(parts =>
            {
                var (output, host) = (new GuestOutput(), new TestHost());
                foreach (var text in parts)
                {
                    output.AppendLog(host, Encoding.UTF8.GetBytes(text), isError: false);
                }

                output.FlushLog(host);
                var expected = string.Concat(parts).Split('\n').ToList();
                if (expected[^1].Length == 0)
                {
                    expected.RemoveAt(expected.Count - 1);
                }

                Assert.Equal(expected, host.Logged.Select(line => line.Message));
            });
    }

    [Fact]
    public void A_line_of_exactly_the_bound_is_one_message()
    {
        var (output, host) = (new GuestOutput(), new TestHost());
        var line = Enumerable.Repeat((byte)'x', GuestOutput.LineBytesMax + 1).ToArray();
        output.AppendLog(host, line, isError: true);
        output.FlushLog(host);
        Assert.Equal(
            [GuestOutput.LineBytesMax, 1],
            host.Logged.Select(entry => entry.Message.Length)
        );
    }

    [Fact]
    public void A_result_of_exactly_the_bound_is_taken_and_one_byte_more_is_not()
    {
        var output = new GuestOutput();
        output.SetResult(new byte[GuestOutput.ResultBytesMax]);
        Assert.Equal(GuestOutput.ResultBytesMax, output.TakeResult().Length);
        var e = Assert.Throws<GuestFaultException>(() =>
            output.SetResult(new byte[GuestOutput.ResultBytesMax + 1])
        );
        Assert.Equal(InvocationStatus.TooLarge, e.Status);
    }

    [Fact]
    public void A_streamed_result_has_the_same_bound()
    {
        var output = new GuestOutput();
        output.AppendResult(new byte[GuestOutput.ResultBytesMax]);
        Assert.Throws<GuestFaultException>(() => output.AppendResult(new byte[1]));
        Assert.Equal(GuestOutput.ResultBytesMax, output.TakeResult().Length);
    }

    [Fact]
    public void Clearing_forgets_everything()
    {
        var output = new GuestOutput();
        output.SetResult("x"u8);
        output.Clear();
        Assert.True(output.TakeResult().IsEmpty);
        Assert.Equal("", output.Words);
    }

    [Fact]
    public void A_taken_result_is_not_touched_by_the_next_invocation()
    {
        var output = new GuestOutput();
        output.AppendResult("first"u8);
        var taken = output.TakeResult();
        output.Clear();
        output.AppendResult("second"u8);
        Assert.Equal("first", Encoding.UTF8.GetString(taken.Span));
    }
}
