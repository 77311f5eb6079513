/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Providers;
import io.backhaul.diff.lineage.ReadTable;
import io.backhaul.diff.reach.QueriedTables;
import io.backhaul.diff.source.SourceSpec;
import io.openlineage.client.utils.DatasetIdentifier;
import io.openlineage.client.utils.filesystem.FilesystemDatasetUtils;
import io.openlineage.client.utils.jdbc.JdbcDatasetUtils;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Names of datasets by OpenLineage's naming convention (https://openlineage.io/docs/spec/naming),
 * so that what other tools say of the same table meets: {@code s3://bucket} and a path, {@code
 * postgres://host:5432} and {@code db.schema.table}, {@code snowflake://org-account} and {@code
 * DB.SCHEMA.TABLE}, {@code bigquery}, {@code kafka://host:9092}. Tables of Spark are named by their
 * location, as OpenLineage's own Spark listener names them, and by catalog and table besides.
 *
 * <p>The convention names no applications; those are {@code type://host} and the object where each
 * account has a host of its own ({@code salesforce://acme.my.salesforce.com}), else {@code
 * type://tenant.destination}, as their files name them ({@code hubspot://acme.crm}).
 */
final class DatasetNames {

  private static final String SNOWFLAKE = ".snowflakecomputing.com";

  /** Of SQL, where a dot may stand in quotes. */
  private static final Pattern PART =
      Pattern.compile("\"((?:[^\"]|\"\")+)\"|`([^`]+)`|\\[([^\\]]+)\\]|([^.\"`\\[\\]]+)");

  private static final Pattern CURRENT_SCHEMA = Pattern.compile("[?&]currentSchema=([^&,]+)");

  private DatasetNames() {}

  /** What a source reads, as far as its file says; the rest Spark knows once it has looked. */
  static List<DatasetName> of(SourceSpec source) {
    if (source instanceof SourceSpec.Jdbc jdbc) {
      return jdbc.table() != null
          ? List.of(inDatabase(jdbc.url(), parts(jdbc.table())))
          : QueriedTables.of(jdbc.query()).stream()
              .map(table -> inDatabase(jdbc.url(), table))
              .toList();
    }
    if (source instanceof SourceSpec.Snowflake snowflake) {
      return snowflake.table() != null
          ? List.of(inSnowflake(snowflake, written(snowflake.table())))
          : QueriedTables.of(snowflake.query().replaceAll("\\bAT\\s*\\{pinned}", "")).stream()
              .map(table -> table.stream().map(DatasetNames::upper).toList())
              .map(table -> inSnowflake(snowflake, table))
              .toList();
    }
    if (source instanceof SourceSpec.Files files) {
      return List.of(at(files.path()));
    }
    if (source instanceof SourceSpec.Delta delta) {
      return delta.path() == null ? List.of() : List.of(at(delta.path()));
    }
    if (source instanceof SourceSpec.Spark spark) {
      if (spark.path() != null) {
        return List.of(at(spark.path()));
      }
      return spark.table() == null || spark.format().equals("iceberg")
          ? List.of()
          : List.of(new DatasetName(spark.format(), spark.table()));
    }
    return List.of(); // a query of Spark SQL
  }

  /** Whether a source's columns are those of its one dataset, and not of a query of its own. */
  static boolean columnsAreTheTables(SourceSpec source) {
    if (source instanceof SourceSpec.Jdbc jdbc) {
      return jdbc.table() != null;
    }
    return !(source instanceof SourceSpec.Snowflake snowflake) || snowflake.table() != null;
  }

  /** A table that Spark knows. */
  static Optional<DatasetName> of(ReadTable table) {
    Optional<DatasetName> inCatalog =
        table.name().isEmpty() ? Optional.empty() : Optional.of(inCatalog(table.name()));
    if (table.location() == null) {
      return inCatalog;
    }
    DatasetName at = at(table.location());
    return Optional.of(new DatasetName(at.namespace(), at.name(), inCatalog.orElse(null)));
  }

  private static DatasetName inCatalog(List<String> name) {
    return name.size() < 3
        ? new DatasetName("spark_catalog", String.join(".", name))
        : new DatasetName(name.get(0), String.join(".", name.subList(1, name.size())));
  }

  /** Where a sync's records go. */
  static DatasetName of(DestinationConfig destination, String object) {
    JsonNode says = destination.properties();
    String url = says.path("url").asText("");
    if (url.startsWith("jdbc:")) {
      return inDatabase(url, parts(object));
    }
    if (says.has("bootstrap_servers")) {
      return new DatasetName("kafka://" + says.path("bootstrap_servers").path(0).asText(), object);
    }
    if (says.path("path").isTextual()) {
      return at(says.get("path").textValue().replaceFirst("/+$", "") + "/" + object);
    }
    String account =
        url.isEmpty() || sharesItsHost(destination)
            ? destination.tenant() + "." + destination.name()
            : hostAndPort(URI.create(url));
    return new DatasetName(destination.type() + "://" + account, object);
  }

  /** A vendor whose address the file need not name has one for all accounts. */
  private static boolean sharesItsHost(DestinationConfig destination) {
    return Providers.of(destination.type())
        .map(provider -> provider.shape().keys().stream())
        .map(keys -> keys.noneMatch(key -> key.name().equals("url") && key.required()))
        .orElse(false);
  }

  private static String hostAndPort(URI url) {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  private static DatasetName inDatabase(String url, List<String> table) {
    List<String> parts = new ArrayList<>(table); // the library adds the database to them
    if (parts.size() == 1 && url.startsWith("jdbc:postgresql:")) {
      Matcher schema = CURRENT_SCHEMA.matcher(url);
      parts.add(0, schema.find() ? schema.group(1) : "public");
    }
    DatasetIdentifier id = JdbcDatasetUtils.getDatasetIdentifier(url, parts, new Properties());
    String twice = table.get(0) + "." + table.get(0) + ".";
    return new DatasetName(
        id.getNamespace(),
        table.size() == 3 && id.getName().startsWith(twice)
            ? String.join(".", table)
            : id.getName());
  }

  private static DatasetName inSnowflake(SourceSpec.Snowflake source, List<String> table) {
    String host = hostAndPort(URI.create(source.url()));
    String account =
        host.toLowerCase(Locale.ROOT).endsWith(SNOWFLAKE)
            ? host.substring(0, host.length() - SNOWFLAKE.length())
            : host;
    List<String> name = new ArrayList<>(table);
    if (name.size() < 2) {
      name.add(0, upper(source.schema() == null ? "PUBLIC" : source.schema()));
    }
    if (name.size() < 3) {
      name.add(0, upper(source.database()));
    }
    return new DatasetName("snowflake://" + account, String.join(".", name));
  }

  /** Parts of a name in Snowflake, which writes in capitals what stands without quotes. */
  private static List<String> written(String table) {
    return PART.matcher(table)
        .results()
        .map(part -> part.group(1) != null ? unquoted(part) : upper(unquoted(part)))
        .toList();
  }

  private static String upper(String name) {
    return name.startsWith("\"") ? parts(name).get(0) : name.toUpperCase(Locale.ROOT);
  }

  private static List<String> parts(String table) {
    return PART.matcher(table).results().map(DatasetNames::unquoted).toList();
  }

  private static String unquoted(MatchResult part) {
    for (int group = 1; group <= part.groupCount(); group++) {
      if (part.group(group) != null) {
        return part.group(group).replace("\"\"", "\"").strip();
      }
    }
    throw new IllegalStateException("a part without a group");
  }

  /** Files by their address, without what it may say of who reads them. */
  private static DatasetName at(String location) {
    URI uri = new Path(location.replaceFirst("^(\\w+://)[^/@]*:[^/@]*@", "$1")).toUri();
    DatasetIdentifier id = FilesystemDatasetUtils.fromLocation(uri);
    return new DatasetName(id.getNamespace(), id.getName());
  }
}
