/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.lineage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.collection.Iterator;

/**
 * Follows the attributes of an analysed plan down to the tables. What a node makes without saying
 * of what counts as made of all that it looks at. Used once.
 */
final class PlanTrace {

  /** Leaves that hold what the query itself says. */
  private static final Set<String> OF_ITS_OWN = Set.of("OneRowRelation", "LocalRelation", "Range");

  private final Set<ReadTable> tables = new LinkedHashSet<>();
  private final Map<ExprId, Set<TableColumn>> origins = new HashMap<>();
  private final Map<Long, LogicalPlan> definitions = new HashMap<>();

  Provenance trace(Dataset<Row> rows) {
    LogicalPlan plan = rows.queryExecution().analyzed();
    visit(plan);
    Map<String, List<TableColumn>> columns = new LinkedHashMap<>();
    for (Attribute attribute : output(plan)) {
      columns.put(attribute.name(), List.copyOf(of(attribute.exprId())));
    }
    return new Provenance(List.copyOf(tables), columns);
  }

  private void visit(LogicalPlan plan) {
    Iterator<LogicalPlan> children = plan.children().iterator();
    while (children.hasNext()) {
      visit(children.next());
    }
    if (plan instanceof CTERelationDef definition) {
      definitions.put(definition.id(), definition);
    } else if (plan instanceof CTERelationRef reference) {
      alike(reference, definitions.get(reference.cteId()));
    } else if (plan instanceof Union) {
      union(plan);
    } else if (plan.children().isEmpty()) {
      leaf(plan);
    } else {
      node(plan);
    }
  }

  private void leaf(LogicalPlan leaf) {
    if (OF_ITS_OWN.contains(leaf.getClass().getSimpleName())) {
      output(leaf).forEach(attribute -> add(attribute.exprId(), Set.of()));
      return;
    }
    ReadTable table = table(leaf);
    tables.add(table);
    for (Attribute attribute : output(leaf)) {
      add(attribute.exprId(), Set.of(new TableColumn(table, attribute.name())));
    }
  }

  private void node(LogicalPlan plan) {
    Set<TableColumn> seen = new LinkedHashSet<>();
    Iterator<Expression> expressions = plan.expressions().iterator();
    while (expressions.hasNext()) {
      seen.addAll(visit(expressions.next()));
    }
    for (Attribute attribute : output(plan)) {
      origins.computeIfAbsent(attribute.exprId(), id -> seen);
    }
  }

  /** What the expression is made of; names in it are noted on the way. */
  private Set<TableColumn> visit(Expression expression) {
    Set<TableColumn> made = new LinkedHashSet<>();
    if (expression instanceof SubqueryExpression subquery) {
      visit(subquery.plan());
      output(subquery.plan()).forEach(attribute -> made.addAll(of(attribute.exprId())));
    }
    Iterator<Expression> children = expression.children().iterator();
    while (children.hasNext()) {
      made.addAll(visit(children.next()));
    }
    if (expression instanceof Alias alias) {
      add(alias.exprId(), made);
    } else if (expression.children().isEmpty() && expression instanceof NamedExpression named) {
      made.addAll(of(named.exprId()));
    }
    return made;
  }

  /** A union's columns are those of its parts, by position. */
  private void union(LogicalPlan union) {
    Iterator<LogicalPlan> parts = union.children().iterator();
    while (parts.hasNext()) {
      alike(union, parts.next());
    }
  }

  private void alike(LogicalPlan plan, LogicalPlan other) {
    List<Attribute> here = output(plan);
    List<Attribute> there = other == null ? List.of() : output(other);
    for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
      add(here.get(i).exprId(), of(there.get(i).exprId()));
    }
  }

  private void add(ExprId id, Set<TableColumn> more) {
    Set<TableColumn> all = new LinkedHashSet<>(of(id));
    all.addAll(more);
    origins.put(id, all);
  }

  private Set<TableColumn> of(ExprId id) {
    return origins.getOrDefault(id, Set.of());
  }

  private static ReadTable table(LogicalPlan leaf) {
    if (leaf instanceof LogicalRelation relation) {
      List<String> name =
          relation.catalogTable().isDefined()
              ? name(relation.catalogTable().get().identifier())
              : List.of();
      return new ReadTable(name, location(relation));
    }
    if (leaf instanceof HiveTableRelation hive) {
      return new ReadTable(
          name(hive.tableMeta().identifier()),
          hive.tableMeta().storage().locationUri().isDefined()
              ? hive.tableMeta().storage().locationUri().get().toString()
              : null);
    }
    if (leaf instanceof DataSourceV2Relation v2) {
      List<String> name = new ArrayList<>();
      if (v2.catalog().isDefined() && v2.identifier().isDefined()) {
        name.add(v2.catalog().get().name());
        name.addAll(Arrays.asList(v2.identifier().get().namespace()));
        name.add(v2.identifier().get().name());
      }
      return new ReadTable(name, v2.table().properties().get("location"));
    }
    return new ReadTable(List.of(), null);
  }

  /** Where its files are, if it is one folder or file. */
  private static String location(LogicalRelation relation) {
    if (relation.relation() instanceof HadoopFsRelation files) {
      Iterator<Path> roots = files.location().rootPaths().iterator();
      Path first = roots.hasNext() ? roots.next() : null;
      return first == null || roots.hasNext() ? null : first.toUri().toString();
    }
    return null;
  }

  private static List<String> name(TableIdentifier id) {
    List<String> name = new ArrayList<>();
    Iterator<String> parts = id.nameParts().iterator();
    while (parts.hasNext()) {
      name.add(parts.next());
    }
    return name;
  }

  private static List<Attribute> output(LogicalPlan plan) {
    List<Attribute> output = new ArrayList<>();
    Iterator<Attribute> attributes = plan.output().iterator();
    while (attributes.hasNext()) {
      output.add(attributes.next());
    }
    return output;
  }
}
