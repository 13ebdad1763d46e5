namespace Waverless.Transport.Identity;

public sealed class DevelopmentClusterTests : IDisposable
{
    private readonly string _folder = Path.Combine(
        Directory.CreateTempSubdirectory("waverless-transport-tests-").FullName,
        "cluster"
    );

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Those_who_open_a_folder_at_once_get_one_authority()
    {
        var opened = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => Task.Run(() => DevelopmentCluster.OpenAsync(_folder, "dev")))
        );
        Assert.Single(opened.Select(authority => authority.Certificate.Thumbprint).Distinct());
        foreach (var authority in opened)
        {
            authority.Dispose();
        }
    }

    [Fact]
    public async Task The_key_is_readable_by_its_owner_only()
    {
        using var authority = await DevelopmentCluster.OpenAsync(_folder, "dev");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the file has no mode");
        }
        else
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(_folder, "authority.pem"))
            );
        }
    }

    [Fact]
    public async Task A_file_of_something_else_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, "authority.pem");
        await File.WriteAllTextAsync(path, "not a certificate");
        var thrown = await Assert.ThrowsAsync<IOException>(() =>
            DevelopmentCluster.OpenAsync(_folder, "dev")
        );
        Assert.Contains(path, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_of_a_reopened_authority_is_trusted()
    {
        using var first = ClusterAuthority.Create("dev");
        using var again = ClusterAuthority.FromPem(first.ExportPem());
        var one = first.Issue("dev", new(1));
        var two = again.Issue("dev", new(2));
        var now = DateTimeOffset.UtcNow;
        var name = CertificateCheck.Accept(two.Certificate, one, isServer: true, now, out var why);
        Assert.Equal((2u, ""), (name?.Node.Value, why));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("with/slash")]
    public void A_name_that_no_certificate_can_carry_is_refused(string cluster) =>
        Assert.Throws<ArgumentException>(() => ClusterAuthority.Create(cluster));

    [Theory]
    [InlineData("waverless://a/node/1", "a", 1u)]
    [InlineData("waverless://a.b-c/node/4294967295", "a.b-c", 4294967295u)]
    [InlineData("waverless://a/node/0", null, 0u)]
    [InlineData("waverless://a/node/-1", null, 0u)]
    [InlineData("waverless:///node/1", null, 0u)]
    [InlineData("https://a/node/1", null, 0u)]
    [InlineData("waverless://a", null, 0u)]
    public void Names_in_certificates_are_read_strictly(string text, string? cluster, uint node)
    {
        var name = NodeUri.TryParse(text);
        Assert.Equal(cluster, name?.Cluster);
        Assert.Equal(cluster is null ? null : node, name?.Node.Value);
    }
}
