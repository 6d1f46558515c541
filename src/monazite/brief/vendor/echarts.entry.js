// The parts of Apache ECharts that the charts here use; `scripts/build_vendor` bundles them into echarts.monazite.min.js.
import {init, registerMap, use} from 'echarts/core';
import {BarChart, LineChart, LinesChart, SankeyChart, ScatterChart} from 'echarts/charts';
import {
  DataZoomInsideComponent, GeoComponent, GraphicComponent, GridComponent, LegendPlainComponent, MarkLineComponent,
} from 'echarts/components';
import {SVGRenderer} from 'echarts/renderers';

use([
  BarChart, LineChart, LinesChart, SankeyChart, ScatterChart,
  DataZoomInsideComponent, GeoComponent, GraphicComponent, GridComponent, LegendPlainComponent, MarkLineComponent,
  SVGRenderer,
]);
globalThis.echarts = {init, registerMap};
