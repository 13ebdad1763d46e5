using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Functions;

public sealed class RequestQueryTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?wait=cascade")]
    [InlineData("?wait=cascade&wait=cascade")]
    public void Nothing_but_our_own_parameter_is_no_payload(string query)
    {
        Assert.False(RequestQuery.Parse(new QueryString(query)).ToPayload().IsPresent);
    }

    [Theory]
    [InlineData("?top=20", "top=20")]
    [InlineData("?top=20&wait=cascade", "top=20")]
    [InlineData("?wait=cascade&top=20", "top=20")]
    [InlineData("?a=1&wait=cascade&b=2", "a=1&b=2")]
    [InlineData("?a=%20b&c=d+e", "a=%20b&c=d+e")]
    [InlineData("?waiting=1&await=2&x=wait", "waiting=1&await=2&x=wait")]
    [InlineData("?Wait=cascade", "Wait=cascade")]
    [InlineData("?a&&b", "a&&b")]
    public void The_rest_arrives_as_it_was_sent(string query, string expected)
    {
        var payload = RequestQuery.Parse(new QueryString(query)).ToPayload();

        Assert.Equal(expected, Encoding.UTF8.GetString(payload.Bytes));
    }

    [Theory]
    [InlineData("?wait=cascade", true, null)]
    [InlineData("?wait=forever", false, "forever")]
    [InlineData("?wait", false, "")]
    [InlineData("?wait=", false, "")]
    [InlineData("?wait=cascade&wait=no", true, "no")]
    [InlineData("?x=1", false, null)]
    public void Waiting_is_asked_for_by_one_value(string query, bool waits, string? unknown)
    {
        var parsed = RequestQuery.Parse(new QueryString(query));

        Assert.Equal(waits, parsed.WaitForCascade);
        Assert.Equal(unknown, parsed.UnknownWait);
    }

    [Fact]
    public void Any_query_keeps_its_parts_in_order_without_ours()
    {
        string[] all = ["wait=cascade", "wait=no", "wait", "a=1", "waits=2", "b", "c=%26", "="];
        Gen.Int[0, all.Length - 1]
            .Select(index => all[index])
            .List[1, 8]
            .Sample(parts =>
            {
                var parsed = RequestQuery.Parse(new QueryString("?" + string.Join('&', parts)));
                var expected = parts.Where(part => part.Split('=')[0] != "wait");
                return parsed.Rest.ToString() == string.Join('&', expected)
                    && parsed.WaitForCascade == parts.Contains("wait=cascade")
                    && (parsed.UnknownWait is not null)
                        == (parts.Contains("wait=no") || parts.Contains("wait"));
            });
    }
}
