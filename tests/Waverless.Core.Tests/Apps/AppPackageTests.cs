namespace Waverless.Apps;

public sealed class AppPackageTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("waverless-apps-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_folder_is_a_package_named_like_it()
    {
        var folder = Folder("shop", ("app.yaml", "fns: {f: }"), ("app.wasm", "\0asm"));
        Write(folder, "files/a/b.txt", "b");
        Write(folder, ".git/config", "left out");
        var package = AppPackageReader.FromFolder(folder + "/");
        Assert.Equal("shop", package.Manifest.Name);
        Assert.Equal(["app.wasm", "app.yaml", "files/a/b.txt"], package.Files.Keys.Order());
        Assert.Equal(ArtifactKind.Wasm, package.Artifact);
    }

    [Fact]
    public void The_same_content_has_the_same_hash_however_it_was_packed()
    {
        var folder = Folder("app", ("app.yaml", "fns: {f: }"), ("app.wasm", "\0asm"));
        var fromFolder = AppPackageReader.FromFolder(folder);
        var fromZip = AppPackageReader.FromZip(ZipBuilder.Package(), "app");
        var reversed = new ZipBuilder()
            .Add("app.wasm", "\0asm")
            .Add("app.yaml", "fns: {f: }")
            .Build();
        Assert.Equal(fromFolder.ContentHash, fromZip.ContentHash);
        Assert.Equal(fromZip.ContentHash, AppPackageReader.FromZip(reversed, "app").ContentHash);
        Assert.Matches("^[0-9a-f]{64}$", fromZip.ContentHash);
    }

    [Fact]
    public void Any_difference_makes_another_hash()
    {
        var hashes = new[]
        {
            AppPackageReader.FromZip(ZipBuilder.Package(), "app"),
            AppPackageReader.FromZip(ZipBuilder.Package(), "app2"),
            AppPackageReader.FromZip(ZipBuilder.Package("fns: {f:  }"), "app"),
            AppPackageReader.FromZip(
                new ZipBuilder().Add("app.yaml", "fns: {f: }").Add("app.wasm", "\0asn").Build(),
                "app"
            ),
            AppPackageReader.FromZip(
                new ZipBuilder().Add("app.yaml", "fns: {f: }").Add("app.wasn", "\0asm").Build(),
                "app"
            ),
        }.Select(package => package.ContentHash);
        Assert.Equal(5, hashes.Distinct().Count());
    }

    [Fact]
    public void A_package_of_delegates_is_hashed_by_what_its_manifest_says()
    {
        string[] manifests =
        [
            "fns: {f: }",
            "fns: {g: }",
            "fns: {f: {rpc: }}",
            "fns: {f: {http.get: {call: indirect}}}",
            "fns: {f: {http.get: {call: direct}}}",
            "fns: {f: {kvs: {k: [get]}}}",
            "fns: {f: {kvs: {k: [set]}}}",
            "fns: {f: {kvs: {k: [get]}, condition: {kv_set: 0}}}",
            "fns: {f: {kvs: {k: [get]}, condition: {kv_new: 0}}}",
            "fns: {f: {limits: {queue: 1}}}",
            "limits: {queue: 1}\nfns: {f: }",
            "fns: {f: {instance: reuse}}",
            "fns: {f: {commit: atomic}}",
            "fns: {f: {timer: 1s}}",
            "fns: {f: {timer: 2s}}",
            "fns: {f: {partition: {header: X}}}",
            "fns: {f: {partition: {route: 0}}}",
            "fns: {f: {env: {A: b}}}",
            "fns: {f: {config: {A: b}}}",
            "fns: {f: {http_out: [a.b]}}",
            "fns: {f: {affinity: {tags: [a]}}}",
            "fns: {f: {affinity: {nodes: 2}}}",
            "fns: {f: {affinity: {nodes: '2,3'}}}",
            "partition: 2\nfns: {f: }",
            "default: f\nfns: {f: }",
            "shares: {b: {k: [get]}}\nfns: {f: }",
        ];
        var packages = manifests
            .Select(yaml => AppPackage.Create(ManifestReader.Parse(yaml, "app.yaml", "app")[0]))
            .ToList();
        Assert.Equal(manifests.Length, packages.Select(p => p.ContentHash).Distinct().Count());
        Assert.All(packages, package => Assert.Equal(ArtifactKind.None, package.Artifact));
        Assert.All(packages, package => Assert.Null(package.ArtifactPath));
    }

    [Fact]
    public void A_package_without_a_manifest_is_refused()
    {
        Refuse(PackageProblem.ManifestMissing, null, Folder("a", ("app.wasm", "x")));
        Refuse(PackageProblem.ManifestMissing, null, Folder("b", ("sub/app.yaml", "fns: {f: }")));
    }

    [Fact]
    public void Two_manifests_or_artifacts_are_refused()
    {
        var manifests = Folder("a", ("app.yaml", "fns: {f: }"), ("app.yml", "fns: {f: }"));
        Refuse(PackageProblem.Ambiguous, "app.yml", manifests);
        var artifacts = Folder("b", ("app.yaml", "fns: {f: }"), ("app.wasm", ""), ("app.jar", ""));
        Refuse(PackageProblem.Ambiguous, "app.jar", artifacts);
    }

    [Theory]
    [InlineData("other: {f: }")]
    [InlineData("app: {f: }\nother: {f: }")]
    public void A_manifest_of_other_apps_is_refused(string manifest)
    {
        var fault = Assert.Throws<PackageException>(() =>
            AppPackageReader.FromZip(ZipBuilder.Package(manifest), "app")
        );
        Assert.Equal(PackageProblem.WrongApp, fault.Problem);
        Assert.Contains("'other'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_names_the_app_itself_is_taken() =>
        Assert.Equal(
            "app",
            AppPackageReader.FromZip(ZipBuilder.Package("app: {f: }"), "app").Manifest.Name
        );

    [Theory]
    [InlineData("metrics")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_name_that_no_app_may_have_is_refused_before_the_zip_is_read(string name)
    {
        var fault = Assert.Throws<PackageException>(() => AppPackageReader.FromZip(default, name));
        Assert.Equal(PackageProblem.WrongApp, fault.Problem);
    }

    [Fact]
    public void Defects_of_the_manifest_are_told_as_such()
    {
        var fault = Assert.Throws<ManifestException>(() =>
            AppPackageReader.FromZip(ZipBuilder.Package("fns: {f: {rcp: }}"), "app")
        );
        Assert.Equal("app", fault.App);
        Assert.Equal("app.yaml", Assert.Single(fault.Errors).File);
        Assert.IsType<AppRejectedException>(fault, exactMatch: false);
    }

    [Fact]
    public void Links_in_a_folder_are_refused()
    {
        var folder = Folder("app", ("app.yaml", "fns: {f: }"));
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        Refuse(PackageProblem.NotRegularFile, "link", folder);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Refuse(PackageProblem.Unreadable, null, Path.Combine(root, "missing"));

    [Fact]
    public void Limits_hold_for_folders()
    {
        var folder = Folder("app", ("app.yaml", "fns: {f: }"), ("a", "12345"), ("b", "12345"));
        var limits = PackageLimits.Default;
        Refuse(PackageProblem.TooLarge, "a", folder, limits with { FileBytesMax = 4 });
        Refuse(PackageProblem.TooLarge, "b", folder, limits with { TotalBytesMax = 19 });
        Refuse(PackageProblem.TooLarge, null, folder, limits with { EntriesMax = 2 });
        Assert.NotNull(
            AppPackageReader.FromFolder(folder, null, limits with { TotalBytesMax = 20 })
        );
    }

    private static void Refuse(
        PackageProblem problem,
        string? entry,
        string folder,
        PackageLimits? limits = null
    )
    {
        var fault = Assert.Throws<PackageException>(() =>
            AppPackageReader.FromFolder(folder, null, limits)
        );
        Assert.True(problem == fault.Problem, $"{fault.Problem}: {fault.Message}");
        Assert.Equal(entry, fault.Entry);
    }

    private string Folder(string name, params (string Path, string Content)[] files)
    {
        var folder = Path.Combine(root, name);
        foreach (var (path, content) in files)
        {
            Write(folder, path, content);
        }

        return folder;
    }

    private static void Write(string folder, string path, string content)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
