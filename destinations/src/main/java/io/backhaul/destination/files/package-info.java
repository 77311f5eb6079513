/**
 * Files for tools that ingest files: JSON lines, CSV or Parquet on any file system of Hadoop's, or
 * by SFTP. One batch is one file, named by the batch's id, and beside it a manifest that says the
 * file is whole:
 *
 * <pre>
 * path/object/op/3f2a….csv
 * path/object/_manifest/3f2a….json
 * </pre>
 */
package io.backhaul.destination.files;
