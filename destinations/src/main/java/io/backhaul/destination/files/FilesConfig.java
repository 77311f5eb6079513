/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Load;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.AddressGuard;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A destination file of type {@code files}, read.
 *
 * @param sftp where the path is one of an SFTP server, else {@code null}
 * @param columns per object, in the order of the file; an object that is missing has whatever its
 *     records name, as text
 * @param hadoop properties of Hadoop's file systems
 */
record FilesConfig(
    String path,
    Sftp sftp,
    String format,
    boolean gzip,
    Map<String, List<Column>> columns,
    Duration timeout,
    Load load,
    boolean allowPrivateNetworks,
    Map<String, String> hadoop) {

  static final int MOST_RECORDS = 1_000_000;
  private static final Load LOAD = new Load(50_000, 64 << 20, 100, 4);

  /** Schemes whose authority is a machine, and not a bucket. */
  private static final Set<String> MACHINES =
      Set.of("sftp", "ftp", "hdfs", "webhdfs", "swebhdfs", "http", "https");

  /**
   * Who logs in where.
   *
   * @param hostKey the fingerprint of the server's key, {@code SHA256:…}, or {@code null}
   */
  record Sftp(URI uri, String user, String password, String privateKey, String hostKey) {

    /** Neither address nor secrets. */
    @Override
    public String toString() {
      return "Sftp[…]";
    }
  }

  FilesConfig {
    columns = Map.copyOf(columns);
    hadoop = Map.copyOf(hadoop);
  }

  static Shape.Obj shape() {
    List<Key> keys = new ArrayList<>();
    keys.add(
        Key.required(
            "path",
            Shape.text(),
            "Folder that files are put below, for example s3a://bucket/drops,"
                + " abfss://container@account.dfs.core.windows.net/drops, sftp://host/drops or"
                + " /mnt/drops."));
    keys.add(
        Key.optional(
            "format",
            Shape.choice("json", "csv", "parquet"),
            "json",
            "One JSON object a line, CSV with a header, or Parquet."));
    keys.add(
        Key.optional("compression", Shape.choice("none", "gzip"), "none", "How files are packed."));
    keys.add(
        Key.optional(
            "columns",
            new Shape.MapOf(
                new Shape.MapOf(
                    new Shape.Pattern(
                        ColumnType.REGEX,
                        "string, long, double, decimal(precision,scale), boolean, date, timestamp,"
                            + " binary or json"))),
            "Columns of each object's files, in order, and what they hold. If left out, a file has"
                + " the columns that its records name, in CSV and Parquet all of them texts."));
    keys.add(
        Key.optional(
            "sftp",
            Shape.obj(
                Key.required("user", Shape.text(), "Who logs in."),
                Key.optional("password", Shape.secret(), "The user's password."),
                Key.optional(
                    "private_key",
                    Shape.secret(),
                    "The user's private key, in OpenSSH's or PEM form, without a passphrase."),
                Key.optional(
                    "host_key",
                    new Shape.Pattern(
                        "SHA256:[A-Za-z0-9+/]{43}", "a fingerprint such as ssh-keygen -l prints"),
                    "Fingerprint of the server's key; must be given unless it is this machine.")),
            "How to log in where path begins with sftp:."));
    keys.add(
        Key.optional(
            "hadoop",
            new Shape.MapOf(Shape.text()),
            "Properties of Hadoop's file system, for example fs.s3a.endpoint."));
    keys.add(Key.optional("timeout", new Shape.Span(), "30s", "Longest time to connect by SFTP."));
    keys.addAll(LOAD.keys(MOST_RECORDS));
    keys.add(
        Key.optional(
            "allow_private_networks",
            new Shape.Flag(),
            "false",
            "Whether the machine that path names may be in a private network."));
    return new Shape.Obj(keys);
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if the path may not be used
   */
  static FilesConfig read(ObjectNode properties) {
    boolean allowPrivate = properties.path("allow_private_networks").asBoolean(false);
    String path = properties.path("path").asText("");
    URI uri = uri(path);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (MACHINES.contains(scheme)) {
      if (uri.getHost() == null || uri.getRawUserInfo() != null) {
        throw refused("path does not name its machine plainly: write " + scheme + "://host/folder");
      }
      new AddressGuard(true, allowPrivate).check(URI.create("https://" + uri.getHost()));
    }
    Map<String, List<Column>> columns = new HashMap<>();
    properties
        .path("columns")
        .fields()
        .forEachRemaining(each -> columns.put(each.getKey(), columns(each.getValue())));
    Map<String, String> hadoop = new TreeMap<>();
    properties
        .path("hadoop")
        .fields()
        .forEachRemaining(each -> hadoop.put(each.getKey(), each.getValue().asText()));
    return new FilesConfig(
        path,
        scheme.equals("sftp") ? sftp(uri, properties.path("sftp")) : null,
        properties.path("format").asText("json"),
        properties.path("compression").asText("none").equals("gzip"),
        columns,
        Duration.ofMillis(properties.path("timeout").asLong(30_000)),
        LOAD.read(properties),
        allowPrivate,
        hadoop);
  }

  private static URI uri(String path) {
    try {
      URI uri = new URI(path);
      boolean absolute = uri.getScheme() == null ? path.startsWith("/") : uri.getPath() != null;
      boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null;
      boolean climbs = List.of(String.valueOf(uri.getPath()).split("/")).contains("..");
      if (absolute && plain && !climbs) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Refused below.
    }
    throw refused("path is no absolute path: write scheme://bucket/folder or /folder");
  }

  private static Sftp sftp(URI uri, JsonNode login) {
    String user = login.path("user").asText("");
    boolean proves = login.hasNonNull("password") || login.hasNonNull("private_key");
    if (user.isEmpty() || !proves) {
      throw DestinationException.refused(
          "AUTH_INCOMPLETE", 0, "sftp wants a user, and a password or a private_key");
    }
    return new Sftp(
        uri,
        user,
        login.path("password").asText(null),
        login.path("private_key").asText(null),
        login.path("host_key").asText(null));
  }

  private static List<Column> columns(JsonNode types) {
    List<Column> columns = new ArrayList<>();
    types
        .fields()
        .forEachRemaining(
            each ->
                columns.add(new Column(each.getKey(), ColumnType.of(each.getValue().asText()))));
    return columns;
  }

  private static DestinationException refused(String message) {
    return DestinationException.refused("PATH_REFUSED", 0, message);
  }

  /** Neither path nor secrets. */
  @Override
  public String toString() {
    return "FilesConfig[" + format + "]";
  }
}
