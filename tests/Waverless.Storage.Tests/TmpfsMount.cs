using System.Diagnostics;

namespace Waverless.Storage;

/// <summary>A small file system of its own, so that a test can fill a disk.</summary>
internal sealed class TmpfsMount : IDisposable
{
    private TmpfsMount(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts one, or skips the test with the reason.</summary>
    public static TmpfsMount OrSkip(int mebibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux to mount a tmpfs");
        Assert.SkipUnless(Environment.UserName == "root", "needs root to mount a tmpfs");
        var folder = Directory.CreateTempSubdirectory("waverless-tmpfs-").FullName;
        var exit = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder);
        Assert.SkipUnless(exit == 0, $"mount exited with {exit}: this machine allows no mounts");
        return new TmpfsMount(folder);
    }

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments));
        process!.WaitForExit();
        return process.ExitCode;
    }
}
