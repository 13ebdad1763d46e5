using Waverless.Events;
using Waverless.Runtime.Managed;

namespace Waverless.Apps;

/// <summary>What a manifest, or a delegate, says about failures and windows.</summary>
public sealed class FailureSettingsTests
{
    private static FunctionManifest Read(string yaml) =>
        ManifestReader.Parse(yaml, "app.yaml")[0].Functions[0];

    [Fact]
    public void A_retry_policy_is_read_with_its_classes()
    {
        var retry = Read(
            """
            a:
              retry: {attempts: 9, on: {timed_out: {attempts: 2}}}
              fns:
                f:
                  retry:
                    first: 1s
                    longest: 5m
                    jitter: full
                    on:
                      trapped: never
                      permission: {attempts: 3, first: 2s}
            """
        ).Retry;

        Assert.Equal(9, retry.Always.Attempts);
        Assert.Equal(TimeSpan.FromSeconds(1), retry.Always.First);
        Assert.Equal(TimeSpan.FromMinutes(5), retry.Always.Longest);
        Assert.Equal(RetryJitter.Full, retry.Always.Jitter);
        Assert.Equal(2, retry.Of(ErrorClass.TimedOut).Attempts);
        Assert.Equal(TimeSpan.FromSeconds(1), retry.Of(ErrorClass.TimedOut).First);
        Assert.Equal(1, retry.Of(ErrorClass.Trapped).Attempts);
        Assert.Equal(3, retry.Of(ErrorClass.Permission).Attempts);
        Assert.Equal(TimeSpan.FromSeconds(2), retry.Of(ErrorClass.Permission).First);
        Assert.Equal(9, retry.Of(ErrorClass.Failed).Attempts);
    }

    [Fact]
    public void A_failed_permission_is_not_tried_again_unless_that_is_said()
    {
        Assert.Equal(1, FunctionRetry.Default.Of(ErrorClass.Permission).Attempts);
        Assert.Equal(
            1,
            Read("a: {f: {retry: {attempts: 7}}}").Retry.Of(ErrorClass.Permission).Attempts
        );
        Assert.Null(FunctionRetry.Default.Of(ErrorClass.Failed).Attempts);
    }

    [Fact]
    public void Windows_are_read_and_one_event_is_none()
    {
        var batch = Read("a: {f: {batch: {events: 100, within: 20ms}}}").Batch;
        Assert.Equal(new FunctionBatch(100, TimeSpan.FromMilliseconds(20)), batch);
        Assert.Equal(TimeSpan.Zero, Read("a: {f: {batch: {events: 2}}}").Batch!.Within);
        Assert.Null(Read("a: {f: {batch: {events: 1}}}").Batch);
        Assert.Null(Read("a: {f: }").Batch);
    }

    [Theory]
    [InlineData("retry: {attempts: 0}", "attempts", "1 to 100")]
    [InlineData("retry: {attempts: 101}", "attempts", "1 to 100")]
    [InlineData("retry: {first: 0ms}", "first", "1ms")]
    [InlineData("retry: {longest: 2d}", "longest", "1d")]
    [InlineData("retry: {jitter: some}", "jitter", "none or equal or full")]
    [InlineData("retry: {pauses: 3}", "pauses", "attempts")]
    [InlineData("retry: {on: {sad: never}}", "sad", "failed")]
    [InlineData("retry: {on: {failed: sometimes}}", "failed", "attempts")]
    [InlineData("retry: often", "retry", "attempts")]
    [InlineData("batch: {events: 1001}", "events", "1 to 1000")]
    [InlineData("batch: {events: 5, within: 2m}", "within", "1m")]
    [InlineData("batch: {within: 1s}", "batch", "events")]
    public void What_is_wrong_is_named_with_what_was_expected(
        string setting,
        string named,
        string expected
    )
    {
        var refused = Assert.Throws<ManifestException>(() => Read($"a: {{f: {{{setting}}}}}"));
        var error = refused.Errors[0];
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Delegates_say_the_same_in_code()
    {
        var builder = new FunctionBuilder(new FunctionAddress("a", "f"));
        var manifest = builder
            .OnSet("k_{}")
            .Retry(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), RetryJitter.None)
            .RetryOn(ErrorClass.Conflict, attempts: 50)
            .OnPoison(PoisonPolicy.Park)
            .ValueAtEvent()
            .Batch(10, TimeSpan.FromSeconds(1))
            .Build();
        Assert.Equal(50, manifest.Retry.Of(ErrorClass.Conflict).Attempts);
        Assert.Equal(RetryJitter.None, manifest.Retry.Of(ErrorClass.Conflict).Jitter);
        Assert.Equal(3, manifest.Retry.Of(ErrorClass.Failed).Attempts);
        Assert.Equal(PoisonPolicy.Park, manifest.OnPoison);
        Assert.True(manifest.ValueAtEvent);
        Assert.Equal(10, manifest.Batch!.Events);
        Assert.Throws<ArgumentException>(() => builder.Retry(0));
        Assert.Throws<ArgumentException>(() => builder.Retry(first: TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => builder.Retry(longest: TimeSpan.FromDays(2)));
        Assert.Throws<ArgumentException>(() => builder.RetryOn(ErrorClass.FunctionGone, 2));
        Assert.Throws<ArgumentException>(() => builder.Batch(1_001, TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => builder.Batch(2, TimeSpan.FromMinutes(2)));
        Assert.Throws<ArgumentException>(() => builder.OnPoison((PoisonPolicy)9));
    }
}
