using System.Security.Cryptography;

namespace Waverless.Transport.Identity;

/// <summary>
/// A cluster of processes of one developer: its authority lies in a folder that they share, made by
/// whichever comes first. Not for production, where only one place should have the authority's key.
/// </summary>
public static class DevelopmentCluster
{
    private const string AuthorityFile = "authority.pem";
    private const string LockFile = "authority.lock";
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens the folder's authority, or makes it. Any number of processes may do so.</summary>
    /// <param name="folder">Created if missing; readable by its owner only.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="ct">Stops waiting for another process.</param>
    /// <exception cref="IOException">
    /// The folder cannot be used, or its file holds something else.
    /// </exception>
    public static async Task<ClusterAuthority> OpenAsync(
        string folder,
        string cluster,
        TimeProvider? time = null,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ClusterName.Check(cluster);
        time ??= TimeProvider.System;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }

        var path = Path.Combine(folder, AuthorityFile);
        await using var held = await LockAsync(Path.Combine(folder, LockFile), time, ct);
        if (File.Exists(path))
        {
            return await LoadAsync(path, time, ct);
        }

        var made = ClusterAuthority.Create(cluster, time);
        await SaveAsync(path, made.ExportPem(), ct);
        return made;
    }

    private static async Task<ClusterAuthority> LoadAsync(
        string path,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var pem = await File.ReadAllTextAsync(path, ct);
        try
        {
            return ClusterAuthority.FromPem(pem, time);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IOException(
                $"{path} is not the certificate and key of an authority: {e.Message}",
                e
            );
        }
    }

    private static async Task SaveAsync(string path, string pem, CancellationToken ct)
    {
        var temporary = path + ".new";
        var creating = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creating.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(temporary, creating))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(pem), ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    private static async Task<FileStream> LockAsync(
        string path,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException) when (time.GetElapsedTime(began) < LockPatience)
            {
                await Task.Delay(LockRetry, time, ct);
            }
        }
    }
}
