using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Waverless.AspNetCore.Management;

public sealed class ManagementGuardTests
{
    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("127.8.9.10")]
    [InlineData("[::1]:5000")]
    public async Task This_machine_needs_no_key(string host) =>
        Assert.Equal(
            200,
            await StatusAsync(context => context.Request.Host = new HostString(host))
        );

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.168.1.5:5000")]
    [InlineData("")]
    public async Task A_host_that_is_not_this_machine_is_refused(string host) =>
        Assert.Equal(
            403,
            await StatusAsync(context => context.Request.Host = new HostString(host))
        );

    [Theory]
    [InlineData("Origin", "http://localhost:5000", 200)]
    [InlineData("Origin", "HTTP://LOCALHOST:5000", 200)]
    [InlineData("Origin", "http://localhost:5001", 403)]
    [InlineData("Origin", "https://localhost:5000", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    public async Task A_web_page_of_another_site_is_refused(
        string header,
        string value,
        int status
    ) =>
        Assert.Equal(status, await StatusAsync(context => context.Request.Headers[header] = value));

    [Theory]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("192.168.1.9", 403)]
    [InlineData("::ffff:10.0.0.1", 403)]
    public async Task Without_configured_keys_other_machines_are_refused(
        string remote,
        int status
    ) => Assert.Equal(status, await StatusAsync(context => From(context, remote)));

    [Theory]
    [InlineData(null, null, 401)]
    [InlineData("Authorization", "Bearer right", 200)]
    [InlineData("Authorization", "bearer  other ", 200)]
    [InlineData("Authorization", "Bearer wrong", 401)]
    [InlineData("Authorization", "Basic right", 401)]
    [InlineData("X-Api-Key", "right", 200)]
    [InlineData("X-Api-Key", "RIGHT", 401)]
    [InlineData("X-Api-Key", "", 401)]
    public async Task Other_machines_need_a_key(string? header, string? value, int status)
    {
        var actual = await StatusAsync(
            context =>
            {
                From(context, "192.168.1.9");
                context.Request.Host = new HostString("node.example");
                if (header is not null)
                {
                    context.Request.Headers[header] = value;
                }
            },
            options =>
            {
                options.ApiKeys.Add("right");
                options.ApiKeys.Add("other");
            }
        );

        Assert.Equal(status, actual);
    }

    [Fact]
    public async Task Behind_a_proxy_this_machine_needs_a_key_as_well()
    {
        static void Demand(WaverlessHttpOptions options)
        {
            options.RequireApiKeyOnLoopback = true;
            options.ApiKeys.Add("right");
        }

        Assert.Equal(401, await StatusAsync(_ => { }, Demand));
        Assert.Equal(
            200,
            await StatusAsync(context => context.Request.Headers["X-Api-Key"] = "right", Demand)
        );
    }

    [Fact]
    public async Task A_wrong_key_is_refused_on_this_machine_too() =>
        Assert.Equal(
            401,
            await StatusAsync(
                context => context.Request.Headers["X-Api-Key"] = "wrong",
                options => options.ApiKeys.Add("right")
            )
        );

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_blank_key_cannot_be_configured(string key)
    {
        var options = new WaverlessHttpOptions();
        options.ApiKeys.Add(key);

        Assert.Throws<ArgumentException>(() => new ManagementGuard(options, NullLogger.Instance));
    }

    private static void From(HttpContext context, string remote) =>
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);

    private static async Task<int> StatusAsync(
        Action<HttpContext> arrange,
        Action<WaverlessHttpOptions>? configure = null
    )
    {
        var options = new WaverlessHttpOptions();
        configure?.Invoke(options);
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost:5000");
        From(context, "127.0.0.1");
        arrange(context);
        var reached = false;
        var guarded = new ManagementGuard(options, NullLogger.Instance).Protect(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });

        await guarded(context);

        Assert.Equal(context.Response.StatusCode == 200, reached);
        Assert.Equal(
            context.Response.StatusCode == 401,
            context.Response.Headers.ContainsKey("WWW-Authenticate")
        );
        return context.Response.StatusCode;
    }
}
