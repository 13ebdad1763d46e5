namespace Waverless.Apps;

public sealed class AppRejectionTests
{
    [Fact]
    public void A_rejection_tells_app_code_and_all_reasons()
    {
        var cause = new InvalidOperationException("cause");
        var fault = new AppRejectedException(
            "shop",
            AppRejectionCode.ExportMissing,
            ["No export 'a'.", "No export 'b'."],
            cause
        );
        Assert.Equal("shop", fault.App);
        Assert.Equal(AppRejectionCode.ExportMissing, fault.Code);
        Assert.Equal(2, fault.Reasons.Length);
        Assert.Same(cause, fault.InnerException);
        Assert.Equal("The app 'shop' was rejected: No export 'a'. No export 'b'.", fault.Message);
    }

    [Fact]
    public void An_app_without_a_name_is_rejected_too()
    {
        var fault = new AppRejectedException(null, AppRejectionCode.LimitExceeded, ["Too much."]);
        Assert.Equal("The app was rejected: Too much.", fault.Message);
    }

    [Fact]
    public void A_package_exception_names_the_entry()
    {
        var fault = new PackageException(
            "a",
            PackageProblem.Duplicate,
            "x/y",
            "It is twice there."
        );
        Assert.Equal("Entry 'x/y': It is twice there.", Assert.Single(fault.Reasons));
        Assert.Equal("x/y", fault.Entry);
    }

    [Fact]
    public void A_manifest_error_reads_like_a_compilers()
    {
        Assert.Equal(
            "f(3,4): Bad; expected good",
            new ManifestError("f", 3, 4, "Bad", "good").ToString()
        );
        Assert.Equal("f(3,4): Bad", new ManifestError("f", 3, 4, "Bad").ToString());
    }

    [Fact]
    public void Timers_and_homes_refuse_what_makes_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FunctionTimer.Every(TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => FunctionTimer.ByCron(" "));
        Assert.Throws<ArgumentException>(() => PartitionHome.FromHeader(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionHome.FromRoute(-1));
        Assert.Equal(2, PartitionHome.FromRoute(2).RouteSegment);
        Assert.Null(PartitionHome.FromRoute(2).Header);
    }
}
