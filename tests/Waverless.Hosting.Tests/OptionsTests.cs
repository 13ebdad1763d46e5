using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Waverless.Hosting.Support;
using Waverless.Storage;

namespace Waverless.Hosting;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("AttemptsMax", "0", "expected 1 to 100")]
    [InlineData("AttemptsMax", "101", "expected 1 to 100")]
    [InlineData("BacklogMax", "0", "expected 1 or more")]
    [InlineData("TimersMax", "0", "expected 1 to 1000000000")]
    [InlineData("DelayedMessagesMax", "1000000001", "expected 1 to 1000000000")]
    [InlineData("GuestThreadsMax", "0", "expected 1 to 4096")]
    [InlineData("GuestThreadsMax", "4097", "expected 1 to 4096")]
    [InlineData("WasmInstancesMax", "10001", "expected 1 to 10000")]
    [InlineData("DrainTimeout", "-00:00:01", "expected 00:00:00 to 01:00:00")]
    [InlineData("DrainTimeout", "01:00:01", "expected 00:00:00 to 01:00:00")]
    [InlineData("DeadLetterRetention", "00:00:59", "expected 00:01:00 to 3650.00:00:00")]
    [InlineData("Durability", "7", "expected Process or Disk")]
    [InlineData("DataFolder", " ", "expected a path")]
    [InlineData("DataFolder", "a\0b", "expected a path")]
    public async Task A_start_with_a_bad_option_names_key_and_expectation(
        string key,
        string value,
        string expected
    )
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            TestNode.StartAsync(_ => { }, TestNode.Settings((key, value)))
        );
        Assert.Contains($"Waverless:{key}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_bad_options_are_named_at_once()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            TestNode.StartAsync(w =>
                w.Configure(options =>
                {
                    options.AttemptsMax = 0;
                    options.DrainTimeout = TimeSpan.MaxValue;
                    options.DataFolder = "";
                })
            )
        );
        foreach (var key in new[] { "AttemptsMax", "DrainTimeout", "DataFolder" })
        {
            Assert.Contains($"Waverless:{key}", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AttemptsMax", "many")]
    [InlineData("DrainTimeout", "soon")]
    [InlineData("Durability", "Eternal")]
    public async Task A_value_of_another_type_is_named(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TestNode.StartAsync(_ => { }, TestNode.Settings((key, value)))
        );
        Assert.Contains($"Waverless:{key}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(value, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_wins_over_configuration()
    {
        using var host = new TestNode(
            w => w.Configure(options => options.AttemptsMax = 9),
            TestNode.Settings(("AttemptsMax", "7"), ("GuestThreadsMax", "8"))
        ).Host;
        var options = host.Services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        Assert.Equal((9, 8), (options.AttemptsMax, options.GuestThreadsMax));
    }

    [Fact]
    public void A_named_section_wins_over_the_usual_one()
    {
        using var host = new TestNode(
            _ => { },
            builder =>
            {
                TestNode.Settings(("AttemptsMax", "7"), ("Other:AttemptsMax", "8"))(builder);
                builder.Services.AddWaverless(builder.Configuration.GetSection("Waverless:Other"));
            }
        ).Host;
        var options = host.Services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        Assert.Equal(8, options.AttemptsMax);
    }

    [Fact]
    public void All_kinds_of_options_are_bound()
    {
        using var host = new TestNode(
            _ => { },
            TestNode.Settings(
                ("DataFolder", "elsewhere"),
                ("Durability", "disk"),
                ("DrainTimeout", "00:00:03"),
                ("BacklogMax", "5000000000"),
                ("Unknown", "ignored")
            )
        ).Host;
        var options = host.Services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        Assert.Equal("elsewhere", options.DataFolder);
        Assert.Equal(StorageDurability.Disk, options.Durability);
        Assert.Equal(TimeSpan.FromSeconds(3), options.DrainTimeout);
        Assert.Equal(5_000_000_000, options.BacklogMax);
    }

    [Fact]
    public async Task Null_in_a_settings_file_keeps_everything_in_memory()
    {
        var json = """{"Waverless": {"DataFolder": null}}""";
        await using var node = await TestNode.StartAsync(
            _ => { },
            builder =>
                builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
        );
        Assert.IsType<MemoryStorageEngine>(node.Services.GetRequiredService<Kv.IStorageEngine>());
    }
}
