namespace Waverless.Storage.Native;

/// <summary>Builds the native options of the one database of a node.</summary>
internal static class RocksOptions
{
    private const int BinarySearchAndHash = 1;
    private const int Lz4 = 4;
    private const int Zstd = 7;
    private const int WarnLevel = 2;
    private const double BloomBitsPerKey = 10;
    private const int WriteBuffersMax = 3;
    private const int BackgroundJobsMax = 2;
    private const int OpenFilesMax = 1024;
    private const int DeletionWindowEntries = 4096;
    private const int DeletionsTrigger = 2048;
    private const uint UncacheAlways = 10_000;
    private const int InfoLogsMax = 3;
    private const int InfoLogBytesMax = 1 << 20;

    /// <summary>
    /// Replays the log up to its first damaged record, which is what a killed process leaves at
    /// its end; damage followed by a log that does not continue refuses to open.
    /// </summary>
    private const int PointInTime = 2;

    /// <summary>Creates options; the caller destroys them after opening.</summary>
    public static nint Create(RocksTuning tuning)
    {
        var options = RocksDbNative.rocksdb_options_create();
        RocksDbNative.rocksdb_options_set_create_if_missing(options, 1);
        RocksDbNative.rocksdb_options_set_write_buffer_size(
            options,
            (nuint)tuning.WriteBufferBytes
        );
        if (tuning.ArenaBlockBytes > 0)
        {
            RocksDbNative.rocksdb_options_set_arena_block_size(
                options,
                (nuint)tuning.ArenaBlockBytes
            );
        }

        // Blocks of files that are gone fill the cache up to its bound, however little is stored.
        RocksDbNative.rocksdb_options_set_uncache_aggressiveness(options, UncacheAlways);
        RocksDbNative.rocksdb_options_set_max_write_buffer_number(options, WriteBuffersMax);
        RocksDbNative.rocksdb_options_set_max_total_wal_size(options, (ulong)tuning.LogBytesMax);
        RocksDbNative.rocksdb_options_set_max_background_jobs(options, BackgroundJobsMax);
        RocksDbNative.rocksdb_options_set_max_open_files(options, OpenFilesMax);
        RocksDbNative.rocksdb_options_set_compression(options, Lz4);
        RocksDbNative.rocksdb_options_set_bottommost_compression(options, Zstd);
        RocksDbNative.rocksdb_options_set_wal_recovery_mode(options, PointInTime);

        // The default keeps a thousand info logs that nobody reads.
        RocksDbNative.rocksdb_options_set_keep_log_file_num(options, InfoLogsMax);
        RocksDbNative.rocksdb_options_set_max_log_file_size(options, InfoLogBytesMax);
        RocksDbNative.rocksdb_options_set_info_log_level(options, WarnLevel);
        RocksDbNative.rocksdb_options_set_stats_dump_period_sec(options, 0);
        RocksDbNative.rocksdb_options_set_stats_persist_period_sec(options, 0);

        // Event records are born to be deleted: a file that is mostly tombstones is compacted soon.
        RocksDbNative.rocksdb_options_add_compact_on_deletion_collector_factory(
            options,
            DeletionWindowEntries,
            DeletionsTrigger
        );
        AddTable(options, tuning);
        return options;
    }

    private static void AddTable(nint options, RocksTuning tuning)
    {
        var table = RocksDbNative.rocksdb_block_based_options_create();
        var cache = RocksDbNative.rocksdb_cache_create_lru((nuint)tuning.BlockCacheBytes);
        RocksDbNative.rocksdb_block_based_options_set_block_cache(table, cache);
        RocksDbNative.rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
        RocksDbNative.rocksdb_block_based_options_set_data_block_index_type(
            table,
            BinarySearchAndHash
        );

        // The table options take the policy over; the cache is shared, so our share goes.
        RocksDbNative.rocksdb_block_based_options_set_filter_policy(
            table,
            RocksDbNative.rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey)
        );
        RocksDbNative.rocksdb_options_set_block_based_table_factory(options, table);
        RocksDbNative.rocksdb_block_based_options_destroy(table);
        RocksDbNative.rocksdb_cache_destroy(cache);
    }
}
