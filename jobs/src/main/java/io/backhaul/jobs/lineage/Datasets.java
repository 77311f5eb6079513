/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import io.backhaul.diff.lineage.ReadTable;
import io.backhaul.diff.lineage.TableColumn;
import io.backhaul.diff.mapping.FieldOrigin;
import io.backhaul.jobs.spec.SyncSpec;
import io.openlineage.client.OpenLineage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/** The datasets of one sync with their facets, as OpenLineage writes them. */
final class Datasets {

  private final OpenLineage openLineage;
  private final SyncSpec spec;
  private final List<DatasetName> named;

  Datasets(OpenLineage openLineage, SyncSpec spec) {
    this.openLineage = openLineage;
    this.spec = spec;
    this.named = DatasetNames.of(spec.source());
  }

  /**
   * What the source is, as far as the sync's file says: a path without a scheme may mean this
   * machine or the cluster's file system.
   */
  List<OpenLineage.InputDataset> known() {
    return named.stream()
        .filter(name -> !name.namespace().equals("file"))
        .map(name -> input(name).build())
        .toList();
  }

  /**
   * What was read.
   *
   * @param rows of the source; {@code null} where they were not counted
   */
  List<OpenLineage.InputDataset> read(Carried carried, Long rows) {
    List<DatasetName> names = inputs(carried);
    boolean whole = names.size() == 1 && DatasetNames.columnsAreTheTables(spec.source());
    List<OpenLineage.InputDataset> inputs = new ArrayList<>();
    for (DatasetName name : names) {
      OpenLineage.DatasetFacetsBuilder facets = facets(name);
      OpenLineage.InputDatasetBuilder input = input(name);
      if (whole && isWhole(carried)) {
        facets.schema(schema(carried.columns()));
        input.inputFacets(
            openLineage
                .newInputDatasetInputFacetsBuilder()
                .inputStatistics(
                    openLineage.newInputStatisticsInputDatasetFacetBuilder().rowCount(rows).build())
                .build());
      }
      if (whole && carried.version() != null) {
        facets.version(openLineage.newDatasetVersionDatasetFacet(carried.version().toString()));
      }
      inputs.add(input.facets(facets.build()).build());
    }
    return inputs;
  }

  /** Where records go, of which nothing is known yet. */
  OpenLineage.OutputDataset target() {
    return written(null, null);
  }

  /**
   * What was written.
   *
   * @param carried {@code null} where the run did not come so far
   * @param applied records; {@code null} where the run is not over
   */
  OpenLineage.OutputDataset written(Carried carried, Long applied) {
    DatasetName name = DatasetNames.of(spec.destination(), spec.object());
    OpenLineage.DatasetFacetsBuilder facets = facets(name);
    if (carried != null) {
      facets.schema(schema(carried.fields()));
      facets.columnLineage(columnLineage(carried));
      Set<String> pii = spec.mapping().pii();
      if (!pii.isEmpty()) {
        facets.tags(openLineage.newTagsDatasetFacetBuilder().tags(tags(carried)).build());
      }
    }
    OpenLineage.OutputDatasetBuilder output =
        openLineage
            .newOutputDatasetBuilder()
            .namespace(name.namespace())
            .name(name.name())
            .facets(facets.build());
    if (applied != null) {
      output.outputFacets(
          openLineage
              .newOutputDatasetOutputFacetsBuilder()
              .outputStatistics(
                  openLineage
                      .newOutputStatisticsOutputDatasetFacetBuilder()
                      .rowCount(applied)
                      .build())
              .build());
    }
    return output.build();
  }

  /** Spark's tables by what Spark says of them, all else by the sync's file. */
  private List<DatasetName> inputs(Carried carried) {
    Set<DatasetName> names = new LinkedHashSet<>();
    for (ReadTable table : carried.provenance().tables()) {
      DatasetNames.of(table).ifPresentOrElse(names::add, () -> names.addAll(named));
    }
    return List.copyOf(names);
  }

  /** Whether the source's rows are those of a table, and not of a query over it. */
  private static boolean isWhole(Carried carried) {
    return Stream.of(carried.columns().fieldNames())
        .allMatch(
            column ->
                carried.provenance().columns().getOrDefault(column, List.of()).stream()
                    .map(TableColumn::column)
                    .toList()
                    .equals(List.of(column)));
  }

  private OpenLineage.ColumnLineageDatasetFacet columnLineage(Carried carried) {
    OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields =
        openLineage.newColumnLineageDatasetFacetFieldsBuilder();
    for (FieldOrigin origin : carried.origins()) {
      List<OpenLineage.InputField> from = from(origin, carried);
      if (!from.isEmpty()) {
        fields.put(
            origin.field(),
            openLineage
                .newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                .inputFields(from)
                .build());
      }
    }
    return openLineage.newColumnLineageDatasetFacetBuilder().fields(fields.build()).build();
  }

  private List<OpenLineage.InputField> from(FieldOrigin origin, Carried carried) {
    Set<TableColumn> made = new LinkedHashSet<>();
    origin
        .columns()
        .forEach(
            column -> made.addAll(carried.provenance().columns().getOrDefault(column, List.of())));
    List<OpenLineage.InputField> from = new ArrayList<>();
    for (TableColumn column : made) {
      name(column.table())
          .ifPresent(
              name ->
                  from.add(
                      openLineage
                          .newInputFieldBuilder()
                          .namespace(name.namespace())
                          .name(name.name())
                          .field(column.column())
                          .transformations(List.of(transformation(origin)))
                          .build()));
    }
    return from;
  }

  /** A table's name; nothing where only a query's columns are known, and not the tables'. */
  private Optional<DatasetName> name(ReadTable table) {
    return DatasetNames.of(table)
        .or(
            () ->
                named.size() == 1 && DatasetNames.columnsAreTheTables(spec.source())
                    ? Optional.of(named.get(0))
                    : Optional.empty());
  }

  private OpenLineage.InputFieldTransformations transformation(FieldOrigin origin) {
    return openLineage
        .newInputFieldTransformationsBuilder()
        .type("DIRECT")
        .subtype(origin.copied() ? "IDENTITY" : "TRANSFORMATION")
        .masking(origin.hidden())
        .build();
  }

  private List<OpenLineage.TagsDatasetFacetFields> tags(Carried carried) {
    return Arrays.stream(carried.fields().fieldNames())
        .filter(spec.mapping().pii()::contains)
        .map(
            field ->
                openLineage
                    .newTagsDatasetFacetFieldsBuilder()
                    .key("pii")
                    .value("true")
                    .source("BACKHAUL")
                    .field(field)
                    .build())
        .toList();
  }

  private OpenLineage.InputDatasetBuilder input(DatasetName name) {
    return openLineage
        .newInputDatasetBuilder()
        .namespace(name.namespace())
        .name(name.name())
        .facets(facets(name).build());
  }

  private OpenLineage.DatasetFacetsBuilder facets(DatasetName name) {
    OpenLineage.DatasetFacetsBuilder facets = openLineage.newDatasetFacetsBuilder();
    if (name.alias() != null) {
      facets.symlinks(
          openLineage.newSymlinksDatasetFacet(
              List.of(
                  openLineage
                      .newSymlinksDatasetFacetIdentifiersBuilder()
                      .namespace(name.alias().namespace())
                      .name(name.alias().name())
                      .type("TABLE")
                      .build())));
    }
    return facets;
  }

  private OpenLineage.SchemaDatasetFacet schema(StructType columns) {
    return openLineage
        .newSchemaDatasetFacetBuilder()
        .fields(
            Arrays.stream(columns.fields())
                .map(
                    field ->
                        openLineage
                            .newSchemaDatasetFacetFieldsBuilder()
                            .name(field.name())
                            .type(field.dataType().simpleString())
                            .build())
                .toList())
        .build();
  }
}
