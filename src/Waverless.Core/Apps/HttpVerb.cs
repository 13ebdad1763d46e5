namespace Waverless.Apps;

/// <summary>The HTTP methods that a manifest can declare.</summary>
public enum HttpVerb
{
    /// <summary><c>http.get</c>.</summary>
    Get,

    /// <summary><c>http.post</c>.</summary>
    Post,

    /// <summary><c>http.put</c>.</summary>
    Put,

    /// <summary><c>http.delete</c>.</summary>
    Delete,

    /// <summary><c>http.patch</c>.</summary>
    Patch,
}
