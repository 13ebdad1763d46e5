using System.Text;
using Microsoft.Win32.SafeHandles;
using Waverless.Invocations;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

/// <summary>
/// The files that one invocation has open. What a guest holds is an index, no descriptor.
/// </summary>
internal sealed class FileTable
{
    /// <summary>Most files that one invocation may open; the ABI has no close.</summary>
    internal const int FilesMax = 64;

    private readonly List<SafeFileHandle> _files = [];

    /// <summary>
    /// Opens a file of the app's folder; -1: there is none of that name, the name leads elsewhere,
    /// or too many are open. <paramref name="refusal"/> tells the last two.
    /// </summary>
    internal int Open(FilesFolder? folder, ReadOnlySpan<byte> name, out string? refusal)
    {
        refusal =
            _files.Count == FilesMax
                ? $"open_file: {FilesMax} files are open; expected at most {FilesMax} in one "
                    + "invocation."
                : FilesFolder.Refuse(name);
        if (refusal is not null || folder?.Open(Encoding.UTF8.GetString(name)) is not { } file)
        {
            return -1;
        }

        _files.Add(file);
        return _files.Count - 1;
    }

    /// <summary>Reads up to a buffer's length; fewer bytes at the end of the file.</summary>
    /// <exception cref="GuestFaultException">
    /// No such file is open, or it cannot be read.
    /// </exception>
    internal int Read(int file, Span<byte> into, long offset)
    {
        if (file < 0 || file >= _files.Count)
        {
            throw new GuestFaultException(
                InvocationStatus.Trapped,
                $"read_file_at: fd {file} is not open; expected one of the {_files.Count} that "
                    + "open_file gave this invocation."
            );
        }

        try
        {
            return RandomAccess.Read(_files[file], into, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuestFaultException(
                InvocationStatus.Failed,
                $"read_file_at: fd {file} cannot be read at {offset}: {e.Message}"
            );
        }
    }

    internal void Clear()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }

        _files.Clear();
    }
}
